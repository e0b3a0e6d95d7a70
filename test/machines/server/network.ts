import type { Files } from '../../support/host-tree.ts';
import { attributes, type Pick, run } from './moment.ts';

/**
 * Returns the files about network interfaces, including a bond of two cards. Before the second moment, wwan0 is removed
 * and veth7 is added. The counters of eth1 start from zero again.
 */
export function networkFiles(pick: Pick): Files {
  const devices = ['lo', 'eth0', 'eth1', 'bond0', pick('wwan0', 'veth7')];
  const received: Readonly<Record<string, number>> = {
    lo: 100,
    eth0: pick(4_000_000_000, 4_000_500_000),
    eth1: pick(77_000, 0),
    bond0: 9,
  };
  const line = (name: string): string => `${name.padStart(6)}: ${run(received[name] ?? 5, 16)}\n`;
  return {
    'proc/net/dev': `Inter-|   Receive\n face |bytes\n${devices.map(line).join('')}`,
    ...Object.assign({}, ...devices.map((name, index) => device(name, index, pick))),
    'sys/class/net/bonding_masters': 'bond0\n',
    'sys/class/net/bond0/bonding/slaves': 'eth0 eth1\n',
    'sys/class/net/bond0/lower_eth0/bonding_slave/mii_status': 'up\n',
    'sys/class/net/bond0/lower_eth1/bonding_slave/mii_status': pick('up\n', 'down\n'),
    ...protocolFiles(pick),
    ...socketFiles(pick),
    ...filterFiles(pick),
    ...nfsFiles(pick),
    ...infinibandFiles(pick),
  };
}

function device(name: string, index: number, pick: Pick): Files {
  const isDown = name === 'eth1' && pick(false, true);
  const directory = `sys/class/net/${name}`;
  return {
    ...attributes(directory, {
      address: `02:fc:00:00:00:0${index}`,
      broadcast: 'ff:ff:ff:ff:ff:ff',
      carrier: isDown ? 0 : 1,
      carrier_changes: pick(2, 3),
      dev_id: '0x0',
      duplex: 'full',
      flags: '0x1003',
      ifalias: name === 'eth0' ? 'to the "core" \\ ünï' : '',
      ifindex: index + 1,
      mtu: 1500,
      operstate: isDown ? 'down' : 'up',
      speed: name === 'lo' ? -1 : 10_000,
      tx_queue_len: 1000,
      type: 1,
    }),
    ...attributes(`${directory}/statistics`, { rx_nohandler: pick(index, index + 1) }),
  };
}

function protocolFiles(pick: Pick): Files {
  return {
    'proc/net/netstat': `TcpExt: SyncookiesSent ListenOverflows TCPTimeouts\nTcpExt: 0 ${pick(3, 4)} 5\nIpExt: InOctets OutOctets\nIpExt: ${pick(900, 990)} 7\n`,
    'proc/net/snmp': `Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: MaxConn ActiveOpens CurrEstab InErrs\nTcp: -1 ${pick(3556, 3600)} 4 0\nUdp: InDatagrams NoPorts\nUdp: 88 ${pick(120, 121)}\n`,
    'proc/net/snmp6': `Ip6InOctets 460\nIp6OutOctets ${pick(536, 537)}\nIcmp6InErrors 0\nUdp6InDatagrams 3\n`,
    'proc/net/xfrm_stat': `XfrmInError ${pick(1, 2)}\nXfrmInBufferError 0\n`,
    'proc/net/arp':
      'IP address       HW type     Flags       HW address            Mask     Device\n' +
      `192.168.1.1      0x1         0x2         cc:aa:dd:ee:aa:bb     *        eth0\n` +
      pick('', '192.168.1.2      0x1         0x2         cc:aa:dd:ee:aa:bc     *        eth0\n'),
  };
}

function socketFiles(pick: Pick): Files {
  const socket = (state: string, queues: string): string =>
    `   0: 0500000A:0016 00000000:0000 ${state} ${queues} 00:00000000 00000000     0        0 2740 1 ffff88003d3af3c0 100 0\n`;
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  return {
    'proc/net/sockstat': `sockets: used ${pick(229, 231)}\nTCP: inuse 4 orphan 0 tw ${pick(4, 0)} alloc 17 mem 1\nUDP: inuse 0 mem 0\n`,
    'proc/net/sockstat6': 'TCP6: inuse 17\nUDP6: inuse 9\n',
    'proc/net/tcp': head + socket('0A', '00000000:00000001') + pick(socket('01', '00000015:00000000'), ''),
    'proc/net/tcp6': head + socket('06', '00000000:00000000'),
    'proc/net/udp': head + socket('07', `00000015:0000000${pick(0, 9)}`),
    'proc/net/udp6': head,
  };
}

function filterFiles(pick: Pick): Files {
  const names = 'entries clashres found new invalid ignore delete insert insert_failed drop early_drop search_restart';
  const row = (first: number): string =>
    run(first, 12).replaceAll(/\d+/g, (count) => Number(count).toString(16).padStart(8, '0'));
  return {
    'proc/net/stat/nf_conntrack': `${names}\n${row(1)}\n${row(pick(16, 17))}\n`,
    'proc/net/stat/arp_cache': `entries allocs hits\n00000001 0000000${pick(2, 3)} 00000005\n`,
    ...attributes('proc/sys/net/netfilter', { nf_conntrack_count: pick(123, 130), nf_conntrack_max: 65_536 }),
    'proc/net/ip_vs': `IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A000001:0050 wlc\n  -> 0A00000B:1F90      Masq    100    ${pick(12, 13)}         3\n${pick('  -> 0A00000C:1F90      Masq    50     1          0\n', '')}`,
    'proc/net/ip_vs_stats': `   Total Incoming\n   Conns  Packets\n   ${pick('10', '1F')}    20   30   40   50\n`,
  };
}

/** Returns the files about NFS. The kernel module of the NFS client is reloaded before the second moment. */
function nfsFiles(pick: Pick): Files {
  const first = pick(200, 0);
  return {
    'proc/net/rpc/nfs': `net 70 12 58 3\nrpc ${first} 5 6\nproc2 18 ${run(first, 18)}\nproc3 22 ${run(first, 22)}\nproc4 61 ${run(first, 61)}\n`,
    'proc/net/rpc/nfsd': `rc 1 2 3\nfh 4 0 0 0 0\nio ${pick('18446744073709551000', '18446744073709551615')} 6\nth 8 0 0.000\nra 32 0 0 0 0 0 0 0 0 0 0 9\nnet 70 12 58 10\nrpc 11 99 13 14 15\nproc3 22 ${run(300, 22)}\nproc4 2 0 7\nproc4ops 76 ${run(400, 76)}\n`,
    'proc/self/mountstats': `device filer:/srv mounted on /mnt/nfs with fstype nfs4 statvers=1.1\n\tage:\t${pick(13_968, 13_983)}\n\tevents:\t${run(1, 27)}\n\tbytes:\t${run(pick(100, 200), 8)}\n\txprt:\ttcp ${run(1, 13)}\n\tper-op statistics\n\t        READ: ${run(pick(1, 9), 8)}\n`,
    'proc/self/mountinfo': '40 25 0:50 / /mnt/nfs rw - nfs4 filer:/srv rw,vers=4.2,addr=10.0.0.9\n',
  };
}

function infinibandFiles(pick: Pick): Files {
  return {
    ...attributes('sys/class/infiniband/mlx5_0', { board_id: 'MT_1', fw_ver: '16.35.2000', hca_type: 'MT4119' }),
    ...attributes('sys/class/infiniband/mlx5_0/ports/1', {
      state: pick('4: ACTIVE', '1: DOWN'),
      phys_state: pick('5: LinkUp', '2: Polling'),
      rate: '100 Gb/sec (4X EDR)',
    }),
    ...attributes('sys/class/infiniband/mlx5_0/ports/1/counters', {
      port_rcv_data: pick(10, 12),
      link_downed: pick(2, 3),
      excessive_buffer_overrun_errors: 'N/A (no PMA)',
    }),
  };
}
