import assert from 'node:assert/strict';
import { test } from 'node:test';
import { netstat } from '../../src/collectors/netstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/net/netstat': 'TcpExt: ListenDrops TW TCPTimeouts\nTcpExt: 1 2 3\nIpExt: InOctets\nIpExt: 4\n',
  'proc/net/snmp': 'Ip: Forwarding DefaultTTL\nIp: 1 64\nUdpLite: InDatagrams InErrors\nUdpLite: 5 6\n',
  'proc/net/snmp6': 'Ip6InOctets 7\nIp6InReceives 8\nifIndex 9\n',
};

test('netstat emits the fields of its default pattern', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(netstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_netstat_TcpExt_ListenDrops 1',
      'node_netstat_TcpExt_TCPTimeouts 3',
      'node_netstat_IpExt_InOctets 4',
      'node_netstat_Ip_Forwarding 1',
      'node_netstat_UdpLite_InErrors 6',
      'node_netstat_Ip6_InOctets 7',
    ],
  });
});

test('netstat emits the fields that a flag matches, and all fields for an empty pattern', async () => {
  await using machine = await createHostTree(FILES);
  const flag = 'collector.netstat.fields';
  assert.deepEqual((await collect(netstat, machine.host, { [flag]: /^TcpExt_TW$/ })).lines, [
    'node_netstat_TcpExt_TW 2',
  ]);
  assert.equal((await collect(netstat, machine.host, { [flag]: undefined })).lines.length, 10);
});

test('netstat emits the other protocols where snmp6 is missing', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('proc/net/snmp6');
  const { state, lines } = await collect(netstat, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 5);
});

test('netstat drops a damaged field and keeps the others', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/snmp6': 'Ip6InOctets x\n' });
  const { state, errors, lines } = await collect(netstat, machine.host);
  assert.deepEqual(
    [state, errors],
    ['failed', ['Cannot parse /proc/net/snmp6: expected a number, got "x" in "Ip6InOctets x"']],
  );
  assert.deepEqual(lines, [
    'node_netstat_TcpExt_ListenDrops 1',
    'node_netstat_TcpExt_TCPTimeouts 3',
    'node_netstat_IpExt_InOctets 4',
    'node_netstat_Ip_Forwarding 1',
    'node_netstat_UdpLite_InErrors 6',
  ]);
});

test('netstat emits the other protocols where a protocol has no values', async () => {
  await using machine = await createHostTree({
    'proc/net/netstat': 'TcpExt: ListenDrops TCPTimeouts\n',
    'proc/net/snmp': 'Tcp: CurrEstab\nTcp: 4\n',
  });
  assert.deepEqual(await collect(netstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_netstat_Tcp_CurrEstab 4'],
  });
});

test('netstat is absent where /proc/net/netstat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(netstat, machine.host), { state: 'absent', errors: [], lines: [] });
});
