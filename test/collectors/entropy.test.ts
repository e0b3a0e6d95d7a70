import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entropy } from '../../src/collectors/entropy.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('entropy emits the available entropy and the size of the pool', async () => {
  await using machine = await createHostTree({
    'proc/sys/kernel/random/entropy_avail': '253\n',
    'proc/sys/kernel/random/poolsize': '256\n',
  });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_entropy_available_bits 253', 'node_entropy_pool_size_bits 256'],
  });
});

test('entropy drops a malformed number and keeps the other', async () => {
  await using machine = await createHostTree({
    'proc/sys/kernel/random/entropy_avail': 'much\n',
    'proc/sys/kernel/random/poolsize': '256\n',
  });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/sys/kernel/random/entropy_avail: expected an unsigned integer, got "much"'],
    lines: ['node_entropy_pool_size_bits 256'],
  });
});

test('entropy emits the available entropy without the size of the pool', async () => {
  await using machine = await createHostTree({ 'proc/sys/kernel/random/entropy_avail': '253\n' });
  assert.deepEqual(await collect(entropy, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_entropy_available_bits 253'],
  });
});

test('entropy is absent without its files in /proc', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(entropy, machine.host), { state: 'absent', errors: [], lines: [] });
});
