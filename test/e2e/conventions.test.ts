import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOfSample } from '../semconv/check.ts';
import { conventionsOf } from '../semconv/machines.ts';
import { thisMachine } from '../support/machine.ts';

test('every point of this machine is one of the conventions', async () => {
  const gather = conventionsOf(thisMachine());
  const readings = [...(await gather()), ...(await gather())];
  assert.deepEqual(
    readings.flatMap(({ family, samples }) => [...samples].flatMap((sample) => faultsOfSample(family, sample))),
    [],
  );
  assert.ok(readings.length > 50, `${readings.length} families`);
});
