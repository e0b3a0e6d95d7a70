import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nfs } from '../../src/collectors/nfs/nfs.ts';
import { semconvLines } from '../semconv/semconv-pass.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

function numbers(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => first + index).join(' ');
}

test('nfs emits packets, RPCs and the calls of each procedure', async () => {
  await using machine = await createHostTree({
    'proc/net/rpc/nfs': `net 70 12 58 3\nrpc 4 5 6\nproc2 18 ${numbers(18, 200)}\nproc3 22 ${numbers(22, 300)}\nproc4 61 ${numbers(61, 400)}\n`,
  });
  const { state, lines } = await collect(nfs, machine.host);
  assert.equal(state, 'ok');
  assert.deepEqual(lines.slice(0, 6), [
    'node_nfs_packets_total{protocol="udp"} 12',
    'node_nfs_packets_total{protocol="tcp"} 58',
    'node_nfs_connections_total 3',
    'node_nfs_rpcs_total 4',
    'node_nfs_rpc_retransmissions_total 5',
    'node_nfs_rpc_authentication_refreshes_total 6',
  ]);
  assert.equal(lines.length, 6 + 18 + 22 + 59);
  const requests = (method: string, proto: string) =>
    lines
      .find((line) => line.startsWith(`node_nfs_requests_total{proto="${proto}",method="${method}"}`))
      ?.split(' ')[1];
  assert.deepEqual([requests('Null', '2'), requests('FsStat', '2')], ['200', '217']);
  assert.deepEqual([requests('Null', '3'), requests('Commit', '3')], ['300', '321']);
  assert.deepEqual(
    ['Null', 'Read', 'GetDeviceInfo', 'LayoutGet', 'Clone'].map((method) => requests(method, '4')),
    ['400', '401', '444', '445', '458'],
  );
});

test('nfs emits 0 for procedures that the kernel does not have', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfs': 'net 0 0 0 0\nrpc 9 0 0\nproc4 2 7 8\n' });
  const { state, lines } = await collect(nfs, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 105);
  assert.equal(lines.filter((line) => line.endsWith(' 0')).length, 102);
});

test('nfs drops the procedures of a damaged line and keeps everything else', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfs': 'rpc 0 0 0\nproc4 2 7 8\n' });
  const { lines: all } = await collect(nfs, machine.host);
  await machine.write({ 'proc/net/rpc/nfs': 'rpc 0 0 0\nproc4 59 1\n' });
  assert.deepEqual(await collect(nfs, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/rpc/nfs: expected 59 numbers in "proc4 59 1"'],
    lines: all.filter((line) => !line.includes('proto="4"')),
  });
});

test('nfs is absent where /proc/net/rpc/nfs is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(nfs, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('nfs emits the counters that the kernel prints with semconv names', async () => {
  await using machine = await createHostTree({
    'proc/net/rpc/nfs': `net 70 12 58 3\nrpc 4 5 6\nproc3 22 ${numbers(22, 300)}\nproc4 71 ${numbers(71, 400)}\n`,
  });
  const lines = await semconvLines(machine.host, 'nfs.client.');
  assert.deepEqual(lines.slice(0, 7), [
    'nfs.client.net.count{network.transport="udp"} 12',
    'nfs.client.net.count{network.transport="tcp"} 58',
    'nfs.client.net.tcp.connection.accepted{} 3',
    'nfs.client.rpc.count{} 4',
    'nfs.client.rpc.retransmit.count{} 5',
    'nfs.client.rpc.authrefresh.count{} 6',
    'nfs.client.procedure.count{onc_rpc.version=3,onc_rpc.procedure.name="NULL"} 300',
  ]);
  const operation = (name: string) =>
    lines.find((line) => line.includes(`nfs.operation.name="${name}"`))?.split(' ')[1];
  // The expected counts contain the numbers of the operations in include/linux/nfs4.h. A name at a wrong index would have
  // the count of another operation.
  assert.deepEqual(
    ['NULL', 'READ', 'LAYOUTGET', 'GETDEVICEINFO', 'CLONE', 'LOOKUPP', 'COPY_NOTIFY', 'OFFLOAD_STATUS'].map(operation),
    ['400', '401', '444', '445', '458', '461', '463', '469'],
  );
  assert.equal(lines.length, 6 + 22 + 70, 'the counter of an unknown operation is left out');
});

test('nfs emits no semconv counter that the kernel does not print', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfs': 'net 0 0\nrpc 9 0 0\nproc4 2 7 8\n' });
  assert.deepEqual(await semconvLines(machine.host, 'nfs.'), [
    'nfs.client.net.count{network.transport="udp"} 0',
    'nfs.client.rpc.count{} 9',
    'nfs.client.rpc.retransmit.count{} 0',
    'nfs.client.rpc.authrefresh.count{} 0',
    'nfs.client.operation.count{onc_rpc.version=4,nfs.operation.name="NULL"} 7',
    'nfs.client.operation.count{onc_rpc.version=4,nfs.operation.name="READ"} 8',
  ]);
});
