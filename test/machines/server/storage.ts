import type { Files } from '../../support/host-tree.ts';
import { attributes, type Pick, run } from './moment.ts';

/**
 * Returns the files about disks. Before the second moment, sdb is removed, which is one half of a mirror. The counters of
 * sda grow, and those of nvme0n1 start from zero again.
 */
export function storageFiles(pick: Pick): Files {
  const disks = pick(['sda', 'sdb', 'nvme0n1', 'md0', 'dm-3'], ['sda', 'nvme0n1', 'md0', 'dm-3']);
  const numbers: Readonly<Record<string, string>> = {
    sda: '8 0',
    sdb: '8 16',
    nvme0n1: '259 0',
    md0: '9 0',
    'dm-3': '253 3',
  };
  const first: Readonly<Record<string, number>> = {
    sda: pick(5082, 6000),
    sdb: 700,
    nvme0n1: pick(90_000, 0),
    md0: 3,
    'dm-3': 4,
  };
  const line = (name: string): string => ` ${numbers[name]} ${name} ${run(first[name] ?? 0, 17)}\n`;
  return {
    'proc/diskstats': disks.map(line).join(''),
    ...Object.assign(
      {},
      ...disks.map((name) => attributes(`sys/block/${name}/queue`, { rotational: name === 'sda' ? 1 : 0 })),
    ),
    'udev/b8:0':
      'S:disk/by-id/x\nE:ID_MODEL=Disk "A"\nE:ID_SERIAL_SHORT=S0\nE:ID_ATA_WRITE_CACHE=1\nE:ID_FS_TYPE=ext4\nE:ID_FS_UUID=u-1\n',
    'udev/b253:3': 'E:DM_NAME=data 1\nE:DM_UUID=mpath-3600\n',
    ...pick<Files>({ 'udev/b8:16': 'E:ID_MODEL=Disk B\nE:ID_SERIAL_SHORT=S1\n' }, {}),
    ...mountFiles(pick),
    ...raidFiles(pick),
    ...pathFiles(pick),
    ...attributes('sys/class/nvme/nvme0', {
      firmware_rev: 'EDA7',
      model: 'KIOXIA',
      serial: '10X',
      cntlid: 0,
      state: pick('live', 'resetting'),
    }),
    ...attributes('sys/class/nvme/nvme0/nvme0n1', { size: 500_118_192, nuse: pick(1000, 1001) }),
    ...attributes('sys/class/nvme/nvme0/nvme0n1/queue', { logical_block_size: 512 }),
    ...cacheFiles(pick),
    ...fileSystemFiles(pick),
    ...zfsFiles(pick),
    ...hostFiles(pick),
  };
}

/**
 * Returns the files about mounts. Two mounts have the same mount point, one mount point contains blanks, and the disk of
 * one mount is removed.
 */
function mountFiles(pick: Pick): Files {
  const mounts = [
    '25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    '34 25 253:3 / /data\\040and\\011more rw - xfs /dev/mapper/data\\0401 rw',
    '35 25 8:2 / /srv rw - ext4 /dev/sda2 rw',
    `36 35 9:0 / /srv ${pick('rw', 'ro')} - ext4 /dev/md0 rw`,
    ...pick(['37 25 8:16 / /media/stick rw - vfat /dev/sdb1 rw'], []),
  ];
  return { 'proc/1/mountinfo': `${mounts.join('\n')}\n` };
}

function raidFiles(pick: Pick): Files {
  return {
    'proc/mdstat': pick(
      'Personalities : [raid1] \nmd0 : active raid1 sdb3[1] sda3[0]\n      1046528 blocks super 1.2 [2/2] [UU]\n      \nunused devices: <none>\n',
      'Personalities : [raid1] \nmd0 : active raid1 sdc3[2] sdb3[1](F) sda3[0]\n      1046528 blocks super 1.2 [2/1] [U_]\n      [=>...................]  recovery =  8.5% (90000/1046528) finish=1.0min speed=9000K/sec\n      \nunused devices: <none>\n',
    ),
    ...attributes('sys/block/md0/md', { level: 'raid1', raid_disks: 2, degraded: pick(0, 1) }),
    'proc/drbd': ` 0: cs:${pick('Connected', 'WFConnection')} ro:Primary/${pick('Secondary', 'Unknown')} ds:UpToDate/${pick('UpToDate', 'DUnknown')} C r-----\n    ns:10 nr:11 dw:${pick(12, 19)} dr:13 al:14 bm:15 lo:16 pe:17 ua:18 ap:19 ep:20 wo:f oos:${pick(0, 21)}\n`,
  };
}

function pathFiles(pick: Pick): Files {
  return {
    ...attributes('sys/block/dm-3/dm', { uuid: 'mpath-3600', name: 'data 1', suspended: 0 }),
    ...attributes('sys/block/dm-3', { size: 2048 }),
    'sys/block/dm-3/slaves/sda/': '',
    ...attributes('sys/block/sda/device', { state: 'running' }),
    ...pick<Files>(
      { 'sys/block/dm-3/slaves/sdb/': '', ...attributes('sys/block/sdb/device', { state: 'running' }) },
      {},
    ),
  };
}

function cacheFiles(pick: Pick): Files {
  const set = 'sys/fs/bcache/aa-bb';
  return {
    ...attributes(set, {
      average_key_size: 1,
      btree_cache_size: '2.5M',
      cache_available_percent: pick(97, 96),
      congested: 0,
      root_usage_percent: 4,
      tree_depth: 1,
    }),
    ...attributes(`${set}/internal`, {
      active_journal_entries: 6,
      btree_nodes: 7,
      btree_read_average_duration_us: 1305,
      cache_read_races: 8,
    }),
    ...attributes(`${set}/bdev0`, {
      dirty_data: pick('1k', '1.1M'),
      writeback_rate_debug: 'rate:\t\t4.0k/sec\ntarget:\t\t1M\nproportional:\t-2.0k\nintegral:\t0\nchange:\t\t-1/sec',
    }),
    ...attributes(`${set}/bdev0/stats_total`, {
      bypassed: '3k',
      cache_hits: pick(11, 1),
      cache_misses: 12,
      cache_bypass_hits: 13,
      cache_bypass_misses: 14,
      cache_miss_collisions: 15,
    }),
    ...attributes(`${set}/cache0`, {
      io_errors: pick(0, 21),
      metadata_written: 22,
      written: '1.0G',
      priority_stats: 'Unused:\t\t97%\nMetadata:\t2%',
    }),
  };
}

function fileSystemFiles(pick: Pick): Files {
  const btrfs = 'sys/fs/btrfs/1a2b-3c';
  const bcachefs = 'sys/fs/bcachefs/u-1';
  return {
    ...attributes(btrfs, {
      label: 'my data',
      metadata_uuid: '9f-9f',
      commit_stats: `commits ${pick(3, 4)}\nlast_commit_ms 15\nmax_commit_ms 40\ntotal_commit_ms 77`,
    }),
    ...attributes(`${btrfs}/allocation`, { global_rsv_size: 16_777_216 }),
    ...attributes(`${btrfs}/allocation/data`, { bytes_reserved: 4096 }),
    ...attributes(`${btrfs}/allocation/data/raid1`, { total_bytes: 1000, used_bytes: pick(900, 950) }),
    ...attributes(`${btrfs}/devices/sda`, { size: 2048 }),
    ...pick<Files>(attributes(`${btrfs}/devices/sdb`, { size: 4096 }), {}),
    ...attributes(bcachefs, { btree_cache_size: '2.05G', errors: 'bset_bad_csum  2  1767112063' }),
    ...attributes(`${bcachefs}/counters`, {
      btree_node_read: `since mount:                   1\nsince filesystem creation:     ${pick(70, 75)}`,
    }),
    ...attributes(`${bcachefs}/dev-0`, {
      label: 'hdd.1',
      state: 'rw',
      bucket_size: '512k',
      nbuckets: 100,
      durability: 1,
    }),
    'sys/fs/xfs/dm-3/stats/stats': `extent_alloc ${run(pick(11, 15), 4)}\nabt ${run(21, 4)}\nblk_map ${run(31, 7)}\nbmbt ${run(41, 4)}\ndir ${run(51, 4)}\ntrans 1 2 3\nig ${run(61, 7)}\nrw ${run(71, 2)}\nvnodes ${run(81, 8)}\n`,
  };
}

function zfsFiles(pick: Pick): Files {
  const root = 'proc/spl/kstat/zfs';
  return {
    [`${root}/arcstats`]: `13 1 0x01 3 816 1 2\nname type data\nhits 4 ${pick(1_272_316, 1_272_400)}\nmemory_available_bytes 3 -42\n`,
    [`${root}/tank/state`]: pick('ONLINE\n', 'DEGRADED\n'),
    [`${root}/tank/io`]: `12 3 0x00 1 80 1 2\nnread nwritten\n${pick(1_884_160, 1_990_000)} 3206144\n`,
    [`${root}/tank/objset-0x36`]: '31 1 0x01 7 2160 1 2\nname type data\ndataset_name 7 tank/a b\nwrites 4 4\n',
    ...pick<Files>(
      { [`${root}/tank/objset-0x40`]: '32 1 0x01 7 2160 1 2\nname type data\ndataset_name 7 tank/gone\nwrites 4 9\n' },
      {},
    ),
  };
}

function hostFiles(pick: Pick): Files {
  return {
    ...attributes('sys/class/fc_host/host3', {
      speed: '16 Gbit',
      port_state: pick('Online', 'Linkdown'),
      port_type: 'NPort',
      port_id: '0x010c00',
      port_name: '0x21000024ff000001',
      fabric_name: '0x0',
    }),
    ...attributes('sys/class/fc_host/host3/statistics', {
      rx_frames: pick('0x1f', '0x2f'),
      dumped_frames: '0xffffffffffffffff',
    }),
    ...attributes('sys/class/scsi_tape/st0/stats', {
      in_flight: 1,
      io_ns: 9_247_011_087_721,
      other_cnt: 3,
      read_byte_cnt: 4,
      read_cnt: pick(5, 6),
      read_ns: 33_788_355_745,
      resid_cnt: 7,
      write_byte_cnt: 8,
      write_cnt: 9,
      write_ns: 10,
    }),
  };
}
