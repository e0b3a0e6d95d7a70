import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entropy } from '../../src/collectors/entropy.ts';
import { collect } from '../support/collect.ts';
import { createMachine } from '../support/machine.ts';

test('entropy emits what the pool has and holds', async () => {
  await using machine = await createMachine({
    'proc/sys/kernel/random/entropy_avail': '253\n',
    'proc/sys/kernel/random/poolsize': '256\n',
  });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_entropy_available_bits 253', 'node_entropy_pool_size_bits 256'],
  });
});

test('entropy fails when a file is damaged', async () => {
  await using machine = await createMachine({
    'proc/sys/kernel/random/entropy_avail': 'much\n',
    'proc/sys/kernel/random/poolsize': '256\n',
  });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/sys/kernel/random/entropy_avail: expected an unsigned integer, got "much"'],
    lines: [],
  });
});

test('entropy emits what the pool has where its size is not told', async () => {
  await using machine = await createMachine({ 'proc/sys/kernel/random/entropy_avail': '253\n' });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'absent',
    errors: [],
    lines: ['node_entropy_available_bits 253'],
  });
});

test('entropy is absent where the kernel has no such files', async () => {
  await using machine = await createMachine({});
  assert.deepEqual(await collect(entropy, machine.host), { state: 'absent', errors: [], lines: [] });
});
