import assert from 'node:assert/strict';
import { test } from 'node:test';
import { semconvPasses } from '../semconv/semconv-pass.ts';
import { violationsOfSample } from '../semconv/violations.ts';
import { openLocalHost } from '../support/host-tree.ts';

test('every sample of this host conforms to the semantic conventions', async () => {
  const gather = semconvPasses(openLocalHost());
  const families = [...(await gather()), ...(await gather())];
  assert.deepEqual(
    families.flatMap(({ family, samples }) => [...samples].flatMap((sample) => violationsOfSample(family, sample))),
    [],
  );
  assert.ok(families.length > 50, `${families.length} families`);
});
