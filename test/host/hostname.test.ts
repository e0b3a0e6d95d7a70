import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHostTree } from '../support/host-tree.ts';

const FILES = { 'proc/sys/kernel/hostname': 'pod-7\n', 'root/etc/hostname': 'node-1\n' };

test('Host.hostname() returns the configured name', async () => {
  await using machine = await createHostTree(FILES, { hostname: 'given' });
  assert.equal(await machine.host.hostname(), 'given');
});

test('Host.hostname() prefers /etc/hostname of a mounted root to the name in the kernel', async () => {
  await using machine = await createHostTree(FILES, { hostname: undefined });
  assert.equal(await machine.host.hostname(), 'node-1');
});

test('Host.hostname() returns the name in the kernel if the root is not mounted elsewhere', async () => {
  await using machine = await createHostTree(FILES, { hostname: undefined, rootfs: '/' });
  assert.equal(await machine.host.hostname(), 'pod-7');
});

test('Host.hostname() returns the name in the kernel if the mounted root has no /etc/hostname', async () => {
  await using machine = await createHostTree({ 'proc/sys/kernel/hostname': 'bottle\n' }, { hostname: undefined });
  assert.equal(await machine.host.hostname(), 'bottle');
});

test('Host.hostname() returns a new name at once, and skips comments', async () => {
  await using machine = await createHostTree(FILES, { hostname: undefined });
  await machine.write({ 'root/etc/hostname': '# renamed\n\n  node-2\n' });
  assert.equal(await machine.host.hostname(), 'node-2');
});
