import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedstat } from '../../src/collectors/schedstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('schedstat emits seconds and time slices of each CPU', async () => {
  await using machine = await createHostTree({
    'proc/schedstat':
      'version 15\ntimestamp 4295\ncpu0 0 0 0 0 0 0 2045936778163039 343796328169361 4767485306\ndomain0 03 1 2\ncpu3 0 0 0 0 0 0 1 2 3\n',
  });
  assert.deepEqual(await collect(schedstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_schedstat_running_seconds_total{cpu="0"} 2045936.778163039',
      'node_schedstat_running_seconds_total{cpu="3"} 1e-9',
      'node_schedstat_waiting_seconds_total{cpu="0"} 343796.328169361',
      'node_schedstat_waiting_seconds_total{cpu="3"} 2e-9',
      'node_schedstat_timeslices_total{cpu="0"} 4767485306',
      'node_schedstat_timeslices_total{cpu="3"} 3',
    ],
  });
});

test('schedstat is absent where /proc/schedstat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(schedstat, machine.host), { state: 'absent', errors: [], lines: [] });
});
