import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../support/golden.ts';
import { createHostTree } from '../support/host-tree.ts';
import { AFTER, BEFORE } from './full-host.ts';
import { formatFamilies, semconvPasses } from './semconv-pass.ts';

const BLOCKS = { bsize: 4096, blocks: 1000, bfree: 600, bavail: 550, files: 100, ffree: 60 };

test('the second semconv pass over a host with one of everything equals its golden file', async () => {
  await using machine = await createHostTree(BEFORE, {
    statfs: { statfsSync: () => BLOCKS, statfs: async () => BLOCKS },
  });
  const gather = semconvPasses(machine.host, []);
  const first = formatFamilies(await gather());
  await machine.write(AFTER);
  const second = formatFamilies(await gather());
  assertGolden('full-host.semconv', second);
  // A rate has no sample in the first pass.
  assert.doesNotMatch(first, /system\.cpu\.utilization/);
});
