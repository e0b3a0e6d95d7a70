import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../support/golden.ts';
import { createMachine } from '../support/machine.ts';
import { AFTER, BEFORE } from './full-machine.ts';
import { conventionsOf, textOf } from './machines.ts';

const BLOCKS = { bsize: 4096, blocks: 1000, bfree: 600, bavail: 550, files: 100, ffree: 60 };

test('all that the conventions say of a machine that has one of everything, in the second pass', async () => {
  await using machine = await createMachine(BEFORE, {
    statfs: { statfsSync: () => BLOCKS, statfs: async () => BLOCKS },
  });
  const gather = conventionsOf(machine.host, []);
  const first = textOf(await gather());
  await machine.write(AFTER);
  const second = textOf(await gather());
  assertGolden('full-machine.semconv', second);
  assert.doesNotMatch(first, /system\.cpu\.utilization/);
});
