import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipvs } from '../../src/collectors/ipvs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/net/ip_vs': `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A000001:0050 wlc
  -> 0A00000B:1F90      Masq    100    12         3
  -> 0A00000C:1F90      Masq    50     1          0
FWM  00000007 wlc
  -> 0A00000B:0000      Masq    1      4          5
`,
  'proc/net/ip_vs_stats': '   Total Incoming\n   Conns  Packets\n   10    20   30   40   50\n',
};

test('ipvs emits totals and every backend of every service', async () => {
  await using machine = await createHostTree(FILES);
  const tcp = 'local_address="10.0.0.1",local_port="80"';
  const first = `{${tcp},remote_address="10.0.0.11",remote_port="8080",proto="TCP",local_mark=""}`;
  const second = `{${tcp},remote_address="10.0.0.12",remote_port="8080",proto="TCP",local_mark=""}`;
  const marked = `{local_address="",local_port="0",remote_address="10.0.0.11",remote_port="0",proto="FWM",local_mark="00000007"}`;
  assert.deepEqual(await collect(ipvs, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_ipvs_connections_total 16',
      'node_ipvs_incoming_bytes_total 64',
      'node_ipvs_incoming_packets_total 32',
      'node_ipvs_outgoing_bytes_total 80',
      'node_ipvs_outgoing_packets_total 48',
      `node_ipvs_backend_connections_active${first} 12`,
      `node_ipvs_backend_connections_active${second} 1`,
      `node_ipvs_backend_connections_active${marked} 4`,
      `node_ipvs_backend_connections_inactive${first} 3`,
      `node_ipvs_backend_connections_inactive${second} 0`,
      `node_ipvs_backend_connections_inactive${marked} 5`,
      `node_ipvs_backend_weight${first} 100`,
      `node_ipvs_backend_weight${second} 50`,
      `node_ipvs_backend_weight${marked} 1`,
    ],
  });
});

test('ipvs adds up backends with equal labels', async () => {
  await using machine = await createHostTree(FILES);
  const flags = { 'collector.ipvs.backend-labels': ',proto,remote_address' };
  assert.deepEqual((await collect(ipvs, machine.host, flags)).lines.slice(5, 8), [
    'node_ipvs_backend_connections_active{remote_address="10.0.0.11",proto="TCP"} 12',
    'node_ipvs_backend_connections_active{remote_address="10.0.0.12",proto="TCP"} 1',
    'node_ipvs_backend_connections_active{remote_address="10.0.0.11",proto="FWM"} 4',
  ]);
  assert.deepEqual((await collect(ipvs, machine.host, { 'collector.ipvs.backend-labels': '' })).lines.slice(5), [
    'node_ipvs_backend_connections_active 17',
    'node_ipvs_backend_connections_inactive 8',
    'node_ipvs_backend_weight 151',
  ]);
});

test('ipvs rejects unknown labels', async () => {
  await using machine = await createHostTree(FILES);
  await assert.rejects(collect(ipvs, machine.host, { 'collector.ipvs.backend-labels': 'proto,port,name' }), {
    message: 'Cannot use --collector.ipvs.backend-labels with "port", "name"',
  });
});

test('ipvs drops a malformed service and keeps the totals', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/ip_vs': 'IP\nProt\n->\nTCP x wlc\n' });
  const { state, errors, lines } = await collect(ipvs, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /proc/net/ip_vs: expected an address and a port, got "x" in "TCP x wlc"']);
  assert.equal(lines.length, 5);
});

test('ipvs is absent without the kernel module', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(ipvs, machine.host), { state: 'absent', errors: [], lines: [] });
});
