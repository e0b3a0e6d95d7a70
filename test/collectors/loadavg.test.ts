import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadavg } from '../../src/collectors/loadavg.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('loadavg emits each average under both names', async () => {
  await using machine = await createHostTree({ 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n' });
  assert.deepEqual(await collect(loadavg, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_load1 0.57',
      'node_load5 0.8',
      'node_load15 0.77',
      'node_load{hostname="recorded",duration="1m"} 0.57',
      'node_load{hostname="recorded",duration="5m"} 0.8',
      'node_load{hostname="recorded",duration="15m"} 0.77',
    ],
  });
});

test('loadavg fails and emits nothing if the file is malformed', async () => {
  await using machine = await createHostTree({ 'proc/loadavg': '0.57 0.8' });
  assert.deepEqual(await collect(loadavg, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/loadavg: expected three numbers in "0.57 0.8"'],
    lines: [],
  });
});

test('loadavg is absent without /proc/loadavg', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(loadavg, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('loadavg leaves out node_load without a hostname', async () => {
  await using machine = await createHostTree(
    { 'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n', 'proc/sys/kernel/hostname': '\n' },
    { hostname: undefined },
  );
  assert.deepEqual(await collect(loadavg, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/sys/kernel/hostname: expected a name'],
    lines: ['node_load1 0.57', 'node_load5 0.8', 'node_load15 0.77'],
  });
});
