import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sockstat } from '../../src/collectors/sockstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/net/sockstat': 'sockets: used 290\nTCP: inuse 6 orphan 1 tw 12 alloc 9 mem 3\nFRAG: inuse 0 memory 5 new 1\n',
  'proc/net/sockstat6': 'TCP6: inuse 4\n',
};

test('sockstat emits the sockets of each protocol and their memory in pages and bytes', async () => {
  await using machine = await createHostTree(FILES, { pageSize: 65536 });
  assert.deepEqual(await collect(sockstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_sockstat_sockets_used 290',
      'node_sockstat_TCP_inuse 6',
      'node_sockstat_TCP_orphan 1',
      'node_sockstat_TCP_tw 12',
      'node_sockstat_TCP_alloc 9',
      'node_sockstat_TCP_mem 3',
      'node_sockstat_TCP_mem_bytes 196608',
      'node_sockstat_FRAG_inuse 0',
      'node_sockstat_FRAG_memory 5',
      'node_sockstat_TCP6_inuse 4',
    ],
  });
});

test('sockstat emits IPv6 alone on a kernel without IPv4, and nothing where both files are missing', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('proc/net/sockstat');
  assert.deepEqual((await collect(sockstat, machine.host)).lines, ['node_sockstat_TCP6_inuse 4']);
  await machine.remove('proc/net/sockstat6');
  assert.deepEqual(await collect(sockstat, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('sockstat drops a damaged count and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/sockstat6': 'TCP6: none 0\n' });
  const { lines: all } = await collect(sockstat, machine.host);
  await machine.write({ 'proc/net/sockstat6': 'TCP6: inuse\n' });
  assert.deepEqual(await collect(sockstat, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/sockstat6: expected a number, got "" in "TCP6: inuse"'],
    lines: all,
  });
});
