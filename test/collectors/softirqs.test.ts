import assert from 'node:assert/strict';
import { test } from 'node:test';
import { softirqs } from '../../src/collectors/softirqs.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('softirqs emits the types of node_exporter for each CPU', async () => {
  await using machine = await createHostTree({
    'proc/softirqs': '   CPU0  CPU1\n  TIMER:  5 6\n  HI:   7  1\n  NEW_ONE: 8 9\n',
  });
  assert.deepEqual(await collect(softirqs, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_softirqs_functions_total{cpu="0",type="HI"} 7',
      'node_softirqs_functions_total{cpu="1",type="HI"} 1',
      'node_softirqs_functions_total{cpu="0",type="TIMER"} 5',
      'node_softirqs_functions_total{cpu="1",type="TIMER"} 6',
    ],
  });
});

test('softirqs is absent where /proc/softirqs is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(softirqs, machine.host), { state: 'absent', errors: [], lines: [] });
});
