import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDITIONAL_METRICS, LEFT_OUT_ATTRIBUTES, LEFT_OUT_METRICS } from '../../src/export/otel/semconv.ts';
import type { Host } from '../../src/host/host.ts';
import { semconv } from '../../src/metrics/metric.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';
import { BIG_HOST, writeBigHost } from '../bench/big-host.ts';
import { writeContainerHost } from '../bench/container-host.ts';
import { createHostTree, openHost } from '../support/host-tree.ts';
import { declaredFamilies } from './declared-families.ts';
import { AFTER, BEFORE } from './full-host.ts';
import { METRICS } from './registry-excerpt.ts';
import { semconvPasses } from './semconv-pass.ts';
import { generateHost, recordedHost, recordedHostNames } from './test-hosts.ts';
import { violationsOfFamily, violationsOfSample } from './violations.ts';

// The tests compare families and samples with the semantic conventions: each must have the instrument, unit and attributes
// of its name.

const families = declaredFamilies();

test('every declared family has the instrument, number type, unit and attributes of the conventions', () => {
  assert.deepEqual(families.flatMap(violationsOfFamily), []);
});

test('every metric of the conventions is declared or left out for a documented reason', () => {
  const declared = new Set(families.map(({ name }) => name));
  const expected = [...Object.keys(METRICS), ...ADDITIONAL_METRICS];
  assert.deepEqual([...declared].sort(), expected.sort());
  assert.deepEqual(
    LEFT_OUT_METRICS.filter(({ name }) => declared.has(name)),
    [],
  );
});

test('every attribute of the conventions is declared or left out for a documented reason', () => {
  const leftOut = new Set(LEFT_OUT_ATTRIBUTES.map(({ metric, name }) => `${metric} ${name}`));
  const missing = families.flatMap(({ name, labels }) =>
    (METRICS[name]?.attributes ?? []).filter((label) => !labels.includes(label)).map((label) => `${name} ${label}`),
  );
  assert.deepEqual(missing.sort(), [...leftOut].sort());
});

test('violationsOfFamily() and violationsOfSample() find a wrong name, instrument, type, unit, attribute and value', () => {
  const wrong = semconv.gauge('system.disk.io', '{byte}', '', ['device', 'disk.io.direction']);
  assert.deepEqual(violationsOfFamily(wrong), [
    'system.disk.io is a gauge, not a counter',
    'system.disk.io has the type double, not int',
    'system.disk.io has the unit {byte}, not By',
    'system.disk.io has no attribute device',
  ]);
  assert.deepEqual(violationsOfFamily(semconv.gauge('system.disk.temperature', 'Cel', '')), [
    'system.disk.temperature is not in the conventions',
  ]);
  assert.deepEqual(violationsOfSample(wrong, { value: 0.5, labels: { 'disk.io.direction': 'in', other: '1' } }), [
    'system.disk.io has the value 0.5',
    'system.disk.io has disk.io.direction="in"',
    'system.disk.io does not declare other',
  ]);
});

/** Names of the families that had a sample on at least one host. */
const emitted = new Set<string>();

/** Runs two passes and returns the violations. A rate has no sample in the first pass. */
async function violationsOn(host: Host, between?: () => Promise<void>): Promise<readonly string[]> {
  const gather = semconvPasses(host);
  const first = await gather();
  await between?.();
  const gathered: readonly FamilySamples[] = [...first, ...(await gather())];
  for (const { family } of gathered) emitted.add(family.name);
  return gathered.flatMap(({ family, samples }) =>
    [...samples].flatMap((sample) => violationsOfSample(family, sample)),
  );
}

for (const name of recordedHostNames()) {
  test(`every sample of the recorded host ${name} follows the conventions`, async () => {
    assert.deepEqual(await violationsOn(recordedHost(name)), []);
  });
}

test('every sample of a host with one of everything follows the conventions', async () => {
  await using machine = await createHostTree(BEFORE);
  assert.deepEqual(await violationsOn(machine.host, () => machine.write(AFTER)), []);
});

test('every sample of a large host follows the conventions', async () => {
  await using generated = await generateHost((root) => writeBigHost(root, { ...BIG_HOST, cpus: 8 }));
  assert.deepEqual(await violationsOn(openHost(generated.root)), []);
});

test('every sample of a host with containers follows the conventions', async () => {
  await using generated = await generateHost(async (root) => writeContainerHost(root, 10));
  assert.deepEqual(await violationsOn(openHost(generated.root)), []);
});

test('every declared family has a sample on one of the hosts', () => {
  assert.deepEqual(
    families.map(({ name }) => name).filter((name) => !emitted.has(name)),
    [],
  );
});
