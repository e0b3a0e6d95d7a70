import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meminfoNuma } from '../../src/collectors/meminfo_numa.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const NODES = 'sys/devices/system/node';

test('meminfo_numa emits the memory and the allocations of each node and drops a malformed field', async () => {
  await using machine = await createHostTree({
    [`${NODES}/node0/meminfo`]: 'Node 0 MemTotal: many kB\n',
    [`${NODES}/node0/numastat`]: 'numa_hit 1\n',
    [`${NODES}/node10/meminfo`]: 'Node 10 MemTotal: 1024 kB\nNode 10 Active(anon): 2 kB\nNode 10 HugePages_Free: 5\n',
    [`${NODES}/node10/numastat`]: 'numa_hit 7\nother_node 8\n',
    [`${NODES}/has_cpu`]: '0\n',
  });
  assert.deepEqual(await collect(meminfoNuma, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/devices/system/node/node0/meminfo: unexpected line "Node 0 MemTotal: many kB"'],
    lines: [
      'node_memory_numa_numa_hit_total{node="0"} 1',
      'node_memory_numa_numa_hit_total{node="10"} 7',
      'node_memory_numa_MemTotal{node="10"} 1048576',
      'node_memory_numa_Active_anon{node="10"} 2048',
      'node_memory_numa_HugePages_Free{node="10"} 5',
      'node_memory_numa_other_node_total{node="10"} 8',
    ],
  });
});

test('meminfo_numa emits nothing without NUMA nodes', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(meminfoNuma, machine.host), { state: 'ok', errors: [], lines: [] });
});
