import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nfsd } from '../../src/collectors/nfsd/nfsd.ts';
import { semconvLines } from '../semconv/semconv-pass.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

function numbers(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => first + index).join(' ');
}

const TEXT = `rc 1 2 3
fh 4 0 0 0 0
io 18446744073709551615 6
th 8 0 0.000 0.000 0.000
ra 32 0 0 0 0 0 0 0 0 0 0 9
net 70 12 58 10
rpc 11 99 13 14 15
proc2 18 ${numbers(18, 200)}
proc3 22 ${numbers(22, 300)}
proc4 2 0 7
proc4ops 76 ${numbers(76, 400)}
wdeleg_getattr 16
`;

test('nfsd emits the counters of the server and the calls of each procedure', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfsd': TEXT });
  const { state, lines } = await collect(nfsd, machine.host);
  assert.equal(state, 'ok');
  assert.deepEqual(lines.slice(0, 16), [
    'node_nfsd_reply_cache_hits_total 1',
    'node_nfsd_reply_cache_misses_total 2',
    'node_nfsd_reply_cache_nocache_total 3',
    'node_nfsd_file_handles_stale_total 4',
    'node_nfsd_disk_bytes_read_total 18446744073709552000',
    'node_nfsd_disk_bytes_written_total 6',
    'node_nfsd_server_threads 8',
    'node_nfsd_read_ahead_cache_size_blocks 32',
    'node_nfsd_read_ahead_cache_not_found_total 9',
    'node_nfsd_connections_total 10',
    'node_nfsd_server_rpcs_total 11',
    'node_nfsd_packets_total{proto="udp"} 12',
    'node_nfsd_packets_total{proto="tcp"} 58',
    'node_nfsd_rpc_errors_total{error="fmt"} 13',
    'node_nfsd_rpc_errors_total{error="auth"} 14',
    'node_nfsd_rpc_errors_total{error="cInt"} 15',
  ]);
  assert.equal(lines.length, 16 + 17 + 21 + 36);
  const requests = (method: string, proto: string) =>
    lines
      .find((line) => line.startsWith(`node_nfsd_requests_total{proto="${proto}",method="${method}"}`))
      ?.split(' ')[1];
  assert.deepEqual([requests('GetAttr', '2'), requests('FsStat', '2')], ['201', '217']);
  assert.deepEqual([requests('GetAttr', '3'), requests('Commit', '3')], ['301', '321']);
  assert.deepEqual(
    ['Access', 'PutFH', 'Read', 'Write', 'RelLockOwner', 'WdelegGetattr'].map((method) => requests(method, '4')),
    ['403', '422', '425', '438', '439', '16'],
  );
});

test('nfsd emits 0 for counters that the kernel does not have', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfsd': 'th 8 0\nrpc 0 0 0 0 0\n' });
  const { state, lines } = await collect(nfsd, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 90);
  assert.deepEqual(
    lines.filter((line) => !line.endsWith(' 0')),
    ['node_nfsd_server_threads 8'],
  );
});

test('nfsd drops a damaged counter and keeps everything else', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfsd': 'rc 1 2 3\nrpc 0 0 0 0 0\n' });
  const { lines: all } = await collect(nfsd, machine.host);
  await machine.write({ 'proc/net/rpc/nfsd': 'rc 1 2 x\nrpc 0 0 0 0 0\n' });
  assert.deepEqual(await collect(nfsd, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/rpc/nfsd: expected a number, got "x" in "rc 1 2 x"'],
    lines: all.filter((line) => line !== 'node_nfsd_reply_cache_nocache_total 3'),
  });
  assert.ok(all.includes('node_nfsd_reply_cache_nocache_total 3'));
});

test('nfsd is absent where /proc/net/rpc/nfsd is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(nfsd, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('nfsd emits the counters that the kernel prints with semconv names', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfsd': TEXT });
  const lines = await semconvLines(machine.host, 'nfs.server.');
  assert.deepEqual(lines.slice(0, 15), [
    'nfs.server.io{network.io.direction="receive"} 18446744073709552000',
    'nfs.server.io{network.io.direction="transmit"} 6',
    'nfs.server.net.count{network.transport="udp"} 12',
    'nfs.server.net.count{network.transport="tcp"} 58',
    'nfs.server.net.tcp.connection.accepted{} 10',
    'nfs.server.repcache.requests{nfs.server.repcache.status="hit"} 1',
    'nfs.server.repcache.requests{nfs.server.repcache.status="miss"} 2',
    'nfs.server.repcache.requests{nfs.server.repcache.status="nocache"} 3',
    'nfs.server.rpc.count{} 11',
    'nfs.server.rpc.count{error.type="format"} 13',
    'nfs.server.rpc.count{error.type="auth"} 14',
    'nfs.server.rpc.count{error.type="client"} 15',
    'nfs.server.fh.stale.count{} 4',
    'nfs.server.thread.count{} 8',
    'nfs.server.procedure.count{onc_rpc.version=2,onc_rpc.procedure.name="NULL"} 200',
  ]);
  const operation = (name: string) =>
    lines.find((line) => line.includes(`nfs.operation.name="${name}"`))?.split(' ')[1];
  // The expected counts contain the numbers of the operations in RFC 8881, RFC 7862 and RFC 8276.
  assert.deepEqual(
    ['ACCESS', 'PUTFH', 'RELEASE_LOCKOWNER', 'SEQUENCE', 'RECLAIM_COMPLETE', 'CLONE', 'REMOVEXATTR'].map(operation),
    ['403', '422', '439', '453', '458', '471', '475'],
  );
  assert.equal(lines.length, 14 + 18 + 22 + 2 + 73);
});

test('nfsd emits no semconv counter that the kernel does not print', async () => {
  await using machine = await createHostTree({ 'proc/net/rpc/nfsd': 'th 8 0\nrpc 0 0 0 0 0\n' });
  assert.deepEqual(await semconvLines(machine.host, 'nfs.'), [
    'nfs.server.rpc.count{} 0',
    'nfs.server.rpc.count{error.type="format"} 0',
    'nfs.server.rpc.count{error.type="auth"} 0',
    'nfs.server.rpc.count{error.type="client"} 0',
    'nfs.server.thread.count{} 8',
  ]);
});
