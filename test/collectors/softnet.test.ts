import assert from 'node:assert/strict';
import { test } from 'node:test';
import { softnet } from '../../src/collectors/softnet.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('softnet emits the counters of each CPU', async () => {
  await using machine = await createHostTree({
    'proc/net/softnet_stat': '0000000a 00000001 00000002 0 0 0 0 0 00000003 00000004 00000005 00000006 00000008 0 0\n',
  });
  assert.deepEqual(await collect(softnet, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_softnet_processed_total{cpu="8"} 10',
      'node_softnet_dropped_total{cpu="8"} 1',
      'node_softnet_times_squeezed_total{cpu="8"} 2',
      'node_softnet_cpu_collision_total{cpu="8"} 3',
      'node_softnet_received_rps_total{cpu="8"} 4',
      'node_softnet_flow_limit_count_total{cpu="8"} 5',
      'node_softnet_backlog_len{cpu="8"} 6',
    ],
  });
});

test('softnet fails and emits nothing when the file is damaged', async () => {
  await using machine = await createHostTree({ 'proc/net/softnet_stat': '1 2 3\n' });
  assert.deepEqual(await collect(softnet, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/softnet_stat: expected hexadecimal numbers in "1 2 3\\n"'],
    lines: [],
  });
});

test('softnet is absent where /proc/net/softnet_stat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(softnet, machine.host), { state: 'absent', errors: [], lines: [] });
});
