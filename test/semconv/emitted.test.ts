import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectors as definitions } from '../../src/collectors/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { ADDITIONAL_METRICS, LEFT_OUT_ATTRIBUTES, LEFT_OUT_METRICS } from '../../src/export/otel/semconv.ts';
import { type Host, KernelTree } from '../../src/host/host.ts';
import { type AnyFamily, semconv } from '../../src/metrics/metric.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { processMetrics } from '../../src/self/process.ts';
import { BIG_HOST, writeBigHost } from '../bench/big-host.ts';
import { writeContainerHost } from '../bench/container-host.ts';
import { createMachine, hostAt } from '../support/machine.ts';
import { faultsOfFamily, faultsOfSample } from './check.ts';
import { METRICS } from './facts.ts';
import { AFTER, BEFORE } from './full-machine.ts';
import { conventionsOf, generated, machines, recorded } from './machines.ts';

// Whatever is emitted under a name of the conventions is what the conventions say of that name.

const { all: flags } = readConfig({ argv: [], env: {}, definitions });
const families: readonly AnyFamily[] = [
  ...definitions.flatMap((definition) => definition.create(flags).families),
  ...processMetrics(new KernelTree('/proc/self')).families,
].filter(({ convention }) => convention === 'semconv');

test('every declared family has the instrument, the unit and attributes of the conventions', () => {
  assert.deepEqual(families.flatMap(faultsOfFamily), []);
});

test('every metric of the conventions is declared or left out for a reason', () => {
  const declared = new Set(families.map(({ name }) => name));
  const expected = [...Object.keys(METRICS), ...ADDITIONAL_METRICS.map(({ name }) => name)];
  assert.deepEqual([...declared].sort(), expected.sort());
  assert.deepEqual(
    LEFT_OUT_METRICS.filter(({ name }) => declared.has(name)),
    [],
  );
});

test('every attribute of the conventions is declared or left out for a reason', () => {
  const leftOut = new Set(LEFT_OUT_ATTRIBUTES.map(({ metric, name }) => `${metric} ${name}`));
  const missing = families.flatMap(({ name, labels }) =>
    (METRICS[name]?.attributes ?? []).filter((label) => !labels.includes(label)).map((label) => `${name} ${label}`),
  );
  assert.deepEqual(missing.sort(), [...leftOut].sort());
});

test('the check finds a wrong name, instrument, unit, attribute and value', () => {
  const wrong = semconv.gauge('system.disk.io', '{byte}', '', ['device', 'disk.io.direction']);
  assert.deepEqual(faultsOfFamily(wrong), [
    'system.disk.io is a gauge and no counter',
    'system.disk.io has the unit {byte} and not By',
    'system.disk.io has no attribute device',
  ]);
  assert.deepEqual(faultsOfFamily(semconv.gauge('system.disk.temperature', 'Cel', '')), [
    'system.disk.temperature is not in the conventions',
  ]);
  assert.deepEqual(faultsOfSample(wrong, { value: 0.5, labels: { 'disk.io.direction': 'in', other: '1' } }), [
    'system.disk.io has the value 0.5',
    'system.disk.io has disk.io.direction="in"',
    'system.disk.io does not declare other',
  ]);
});

const emitted = new Set<string>();

/** Two passes, because what is a change has none in the first. */
async function faultsOn(host: Host, between?: () => Promise<void>): Promise<readonly string[]> {
  const gather = conventionsOf(host);
  const first = await gather();
  await between?.();
  const readings: readonly FamilySamples[] = [...first, ...(await gather())];
  for (const { family } of readings) emitted.add(family.name);
  return readings.flatMap(({ family, samples }) => [...samples].flatMap((sample) => faultsOfSample(family, sample)));
}

for (const name of machines()) {
  test(`every point of ${name} is one of the conventions`, async () => {
    assert.deepEqual(await faultsOn(recorded(name)), []);
  });
}

test('every point of a machine that has one of everything is one of the conventions', async () => {
  await using machine = await createMachine(BEFORE);
  assert.deepEqual(await faultsOn(machine.host, () => machine.write(AFTER)), []);
});

test('every point of a large machine is one of the conventions', async () => {
  await using machine = await generated((root) => writeBigHost(root, { ...BIG_HOST, cpus: 8 }));
  assert.deepEqual(await faultsOn(hostAt(machine.root)), []);
});

test('every point of a machine of containers is one of the conventions', async () => {
  await using machine = await generated(async (root) => writeContainerHost(root, 10));
  assert.deepEqual(await faultsOn(hostAt(machine.root)), []);
});

test('every declared family has a point on one of these machines', () => {
  assert.deepEqual(
    families.map(({ name }) => name).filter((name) => !emitted.has(name)),
    [],
  );
});
