import assert from 'node:assert/strict';
import { test } from 'node:test';
import { semconvPasses } from '../semconv/semconv-pass.ts';
import { violationsOfSample } from '../semconv/violations.ts';
import { openLocalHost } from '../support/host-tree.ts';

test('every point of this machine is one of the conventions', async () => {
  const gather = semconvPasses(openLocalHost());
  const readings = [...(await gather()), ...(await gather())];
  assert.deepEqual(
    readings.flatMap(({ family, samples }) => [...samples].flatMap((sample) => violationsOfSample(family, sample))),
    [],
  );
  assert.ok(readings.length > 50, `${readings.length} families`);
});
