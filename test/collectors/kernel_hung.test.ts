import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelHung } from '../../src/collectors/kernel_hung.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('kernel_hung emits the number of hung tasks', async () => {
  await using machine = await createHostTree({ 'proc/sys/kernel/hung_task_detect_count': '5\n' });
  assert.deepEqual(await collect(kernelHung, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_kernel_hung_tasks_total 5'],
  });
});

test('kernel_hung is absent without hung_task_detect_count', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(kernelHung, machine.host), { state: 'absent', errors: [], lines: [] });
});
