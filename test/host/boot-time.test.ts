import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BootTime } from '../../src/host/boot-time.ts';
import { createHostTree } from '../support/host-tree.ts';

test('BootTime reads /proc/stat again only after the clock was set', async () => {
  let [now, elapsed] = [1_800_000_000, 500];
  const clocks = { now: () => now, elapsed: () => elapsed };
  await using machine = await createHostTree({ 'proc/stat': 'btime 1700000000\n' }, clocks);
  const bootTime = new BootTime(machine.host);
  assert.equal(bootTime.read(), 1_700_000_000);
  await machine.write({ 'proc/stat': 'btime 1700003600\n' });
  [now, elapsed] = [now + 60, elapsed + 60.01];
  assert.equal(bootTime.read(), 1_700_000_000);
  now += 3600;
  assert.equal(bootTime.read(), 1_700_003_600);
});

test('BootTime returns undefined if the kernel reports no boot time', async () => {
  await using machine = await createHostTree({});
  assert.equal(new BootTime(machine.host).read(), undefined);
});

test('BootTime reports once why the boot time is unknown, and returns undefined', async () => {
  await using tree = await createHostTree({ 'proc/stat': 'processes -1\nbtime never\n' });
  const messages: string[] = [];
  const bootTime = new BootTime(tree.host.forCollector(({ message }) => messages.push(message)));
  assert.equal(bootTime.read(), undefined);
  assert.equal(bootTime.read(), undefined);
  assert.deepEqual(
    messages.map((message) => message.replace(tree.root, '')),
    ['Cannot parse /proc/stat: expected a number, got "never" in "btime never"'],
  );
  await tree.write({ 'proc/stat': 'processes -1\nbtime 1700000000\n' });
  assert.equal(new BootTime(tree.host).read(), 1_700_000_000);
});
