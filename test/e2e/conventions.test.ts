import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host } from '../../src/host.ts';
import { faultsOfSample } from '../semconv/check.ts';
import { conventionsOf } from '../semconv/machines.ts';

test('every point of this machine is one of the conventions', async () => {
  const host = new Host({
    procfs: '/proc',
    sysfs: '/sys',
    rootfs: '/',
    udevData: '/run/udev/data',
    hostname: undefined,
    timeZone: () => ({ abbreviation: 'UTC', offset: 0 }),
  });
  const gather = conventionsOf(host);
  const readings = [...(await gather()), ...(await gather())];
  assert.deepEqual(
    readings.flatMap(({ family, samples }) => [...samples].flatMap((sample) => faultsOfSample(family, sample))),
    [],
  );
  assert.ok(readings.length > 50, `${readings.length} families`);
});
