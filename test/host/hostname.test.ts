import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../support/machine.ts';

const FILES = { 'proc/sys/kernel/hostname': 'pod-7\n', 'root/etc/hostname': 'node-1\n' };

test("Host.hostname() is the operator's word, where there is one", async () => {
  await using machine = await createMachine(FILES, { hostname: 'given' });
  assert.equal(await machine.host.hostname(), 'given');
});

test("Host.hostname() is the mounted host's own name before the kernel's", async () => {
  await using machine = await createMachine(FILES, { hostname: undefined });
  assert.equal(await machine.host.hostname(), 'node-1');
});

test("Host.hostname() is the kernel's name where no other root is mounted", async () => {
  await using machine = await createMachine(FILES, { hostname: undefined, rootfs: '/' });
  assert.equal(await machine.host.hostname(), 'pod-7');
});

test("Host.hostname() is the kernel's name where the mounted host has none", async () => {
  await using machine = await createMachine({ 'proc/sys/kernel/hostname': 'bottle\n' }, { hostname: undefined });
  assert.equal(await machine.host.hostname(), 'bottle');
});

test('Host.hostname() shows a new name at once, and passes over comments', async () => {
  await using machine = await createMachine(FILES, { hostname: undefined });
  await machine.write({ 'root/etc/hostname': '# renamed\n\n  node-2\n' });
  assert.equal(await machine.host.hostname(), 'node-2');
});
