import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskstats } from '../../../src/collectors/diskstats/diskstats.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';

/** Files of a disk for which udev has all properties and the kernel prints all columns. */
const SDA = {
  'proc/diskstats': '   8       0 sda 5082 1390 11 2086 11298 9402 12 8843 0 7268 11530 21 22 23 24 25 26\n',
  'sys/block/sda/queue/rotational': '1\n',
  'udev/b8:0': [
    ...['S:disk/by-id/x', 'E:ID_ATA=1', 'E:ID_ATA_WRITE_CACHE=1', 'E:ID_ATA_WRITE_CACHE_ENABLED=0'],
    ...['E:ID_ATA_ROTATION_RATE_RPM=5400', 'E:ID_PATH=pci-0', 'E:ID_WWN=0x50', 'E:ID_MODEL=WDC'],
    ...['E:SCSI_IDENT_SERIAL=printed', 'E:ID_SERIAL_SHORT=short', 'E:ID_SERIAL=long', 'E:ID_REVISION=82'],
    ...['E:ID_FS_TYPE=ext4', 'E:ID_FS_USAGE=filesystem', 'E:ID_FS_UUID=u-1', 'E:ID_FS_VERSION=1.0'],
  ].join('\n'),
};
const SDA_LINES = [
  'node_disk_info{device="sda",major="8",minor="0",path="pci-0",wwn="0x50",model="WDC",serial="printed",revision="82",rotational="1"} 1',
  'node_disk_reads_completed_total{device="sda"} 5082',
  'node_disk_reads_merged_total{device="sda"} 1390',
  'node_disk_read_bytes_total{device="sda"} 5632',
  'node_disk_read_time_seconds_total{device="sda"} 2.086',
  'node_disk_writes_completed_total{device="sda"} 11298',
  'node_disk_writes_merged_total{device="sda"} 9402',
  'node_disk_written_bytes_total{device="sda"} 6144',
  // 8843 multiplied by 0.001, as in node_exporter. A division by 1,000 can result in another last digit.
  'node_disk_write_time_seconds_total{device="sda"} 8.843',
  'node_disk_io_now{device="sda"} 0',
  'node_disk_io_time_seconds_total{device="sda"} 7.268',
  'node_disk_io_time_weighted_seconds_total{device="sda"} 11.53',
  'node_disk_discards_completed_total{device="sda"} 21',
  'node_disk_discards_merged_total{device="sda"} 22',
  'node_disk_discarded_sectors_total{device="sda"} 23',
  'node_disk_discard_time_seconds_total{device="sda"} 0.024',
  'node_disk_flush_requests_total{device="sda"} 25',
  'node_disk_flush_requests_time_seconds_total{device="sda"} 0.026000000000000002',
  'node_disk_filesystem_info{device="sda",type="ext4",usage="filesystem",uuid="u-1",version="1.0"} 1',
  'node_disk_ata_write_cache{device="sda"} 1',
  'node_disk_ata_write_cache_enabled{device="sda"} 0',
  'node_disk_ata_rotation_rate_rpm{device="sda"} 5400',
];

test('diskstats emits the columns of the kernel and the properties of udev', async () => {
  await using machine = await createHostTree(SDA);
  assert.deepEqual(await collect(diskstats, machine.host), { state: 'ok', errors: [], lines: SDA_LINES });
});

test('diskstats emits the columns of an older kernel without properties of udev', async () => {
  await using machine = await createHostTree({
    'proc/diskstats': ' 104       0 cciss/c0d0 1 2 3 4 5 6 7 8 9 10 11\n',
    'sys/block/cciss!c0d0/queue/rotational': '1\n',
  });
  const { lines } = await collect(diskstats, machine.host);
  assert.equal(lines.length, 12);
  assert.equal(
    lines[0],
    'node_disk_info{device="cciss/c0d0",major="104",minor="0",path="",wwn="",model="",serial="",revision="",rotational="1"} 1',
  );
  assert.equal(lines.at(-1), 'node_disk_io_time_weighted_seconds_total{device="cciss/c0d0"} 0.011');
});

test('diskstats emits the properties of the device mapper and the only serial number', async () => {
  await using machine = await createHostTree({
    'proc/diskstats': ' 253 0 dm-0 0 0 0 0 0 0 0 0 0 0 0\n',
    'udev/b253:0':
      'E:DM_NAME=vg-root\nE:DM_UUID=LVM-1\nE:DM_VG_NAME=vg\nE:DM_LV_NAME=root\nE:ID_SERIAL=long\nE:ID_ATA_WRITE_CACHE=1\n',
  });
  const { lines } = await collect(diskstats, machine.host);
  assert.equal(lines.length, 13);
  assert.match(lines[0] ?? '', /serial="long",revision="",rotational="0"/);
  assert.equal(
    lines.at(-1),
    'node_disk_device_mapper_info{device="dm-0",name="vg-root",uuid="LVM-1",vg_name="vg",lv_name="root",lv_layer=""} 1',
  );
});

test('diskstats emits the columns of the kernel if the file of udev is malformed', async () => {
  await using machine = await createHostTree({
    'proc/diskstats': ' 8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\n',
    'udev/b8:16': 'E:ID_ATA=1\nE:ID_ATA_WRITE_CACHE=yes\nE:ID_MODEL\n',
  });
  const { state, lines } = await collect(diskstats, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 12);
});

test('diskstats leaves out node_disk_info of a disk with a malformed attribute', async () => {
  await using machine = await createHostTree({
    ...SDA,
    'proc/diskstats': ` 8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\n${SDA['proc/diskstats']}`,
    'sys/block/sdb/queue/rotational': '0\n',
  });
  const all = (await collect(diskstats, machine.host)).lines;
  assert.equal(all.length, SDA_LINES.length + 12);
  await machine.write({ 'sys/block/sdb/queue/rotational': 'round\n' });
  const { state, errors, lines } = await collect(diskstats, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /sys/block/sdb/queue/rotational: expected an integer, got "round"']);
  assert.deepEqual(lines.toSorted(), all.filter((line) => !line.startsWith('node_disk_info{device="sdb"')).toSorted());
});

test('diskstats emits the devices that its flags include', async () => {
  const names = ['sda', 'sda1', 'sdaa1', 'vdb2', 'loop0', 'zram0', 'ram1', 'nvme0n1', 'nvme0n1p1', 'mmcblk0p1', 'md0'];
  await using machine = await createHostTree({
    'proc/diskstats': names.map((name, minor) => `8 ${minor} ${name} 0 0 0 0 0 0 0 0 0 0 0\n`).join(''),
  });
  const included = async (flags: Readonly<Record<string, RegExp>>): Promise<(string | undefined)[]> =>
    (
      await collect(
        diskstats,
        machine.host,
        Object.fromEntries(Object.entries(flags).map(([name, value]) => [`collector.diskstats.${name}`, value])),
      )
    ).lines
      .filter((line) => line.startsWith('node_disk_info'))
      .map((line) => /device="([^"]*)"/.exec(line)?.[1]);
  assert.deepEqual(await included({}), ['sda', 'sdaa1', 'nvme0n1', 'mmcblk0p1', 'md0']);
  assert.deepEqual(await included({ 'device-include': /^loop|^md/ }), ['loop0', 'md0']);
  assert.deepEqual(await included({ 'ignored-devices': /\d/ }), ['sda']);
  await assert.rejects(included({ 'device-exclude': /a/, 'device-include': /b/ }), {
    message: 'Cannot use --collector.diskstats.device-include and --collector.diskstats.device-exclude together',
  });
});

test('diskstats is absent without /proc/diskstats', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(diskstats, machine.host), { state: 'absent', errors: [], lines: [] });
});
