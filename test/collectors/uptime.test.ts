import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uptime } from '../../src/collectors/uptime.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('uptime emits seconds with the host name', async () => {
  await using machine = await createHostTree({ 'proc/uptime': '9246.58 17734.06\n' });
  assert.deepEqual(await collect(uptime, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_uptime{hostname="recorded"} 9246.58'],
  });
});

test('uptime fails when the host has no name', async () => {
  await using machine = await createHostTree(
    { 'proc/uptime': '9246.58 17734.06\n', 'proc/sys/kernel/hostname': '\n' },
    { hostname: undefined },
  );
  assert.deepEqual(await collect(uptime, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/sys/kernel/hostname: expected a name'],
    lines: [],
  });
});
