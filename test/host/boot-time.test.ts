import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BootTime } from '../../src/host/boot-time.ts';
import { createHostTree } from '../support/host-tree.ts';

test('BootTime.read() returns the time that /proc/stat contains now', async () => {
  await using tree = await createHostTree({ 'proc/stat': 'btime 1700000000\n' });
  const bootTime = new BootTime(tree.host);
  assert.equal(bootTime.read(), 1_700_000_000);
  await tree.write({ 'proc/stat': 'btime 1700003600\n' });
  assert.equal(bootTime.read(), 1_700_003_600);
});

test('BootTime.read() returns undefined if the kernel reports no boot time', async () => {
  await using machine = await createHostTree({});
  assert.equal(new BootTime(machine.host).read(), undefined);
});

test('BootTime.read() reports why the boot time is unknown, and returns the time when the file is complete again', async () => {
  await using tree = await createHostTree({ 'proc/stat': 'processes -1\nbtime never\n' });
  const messages: string[] = [];
  const bootTime = new BootTime(tree.host.forCollector(({ message }) => messages.push(message)));
  assert.equal(bootTime.read(), undefined);
  assert.deepEqual(
    messages.map((message) => message.replace(tree.root, '')),
    ['Cannot parse /proc/stat: expected a number, got "never" in "btime never"'],
  );
  await tree.write({ 'proc/stat': 'processes -1\nbtime 1700000000\n' });
  assert.equal(bootTime.read(), 1_700_000_000);
});
