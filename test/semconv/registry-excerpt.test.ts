import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as names from '@opentelemetry/semantic-conventions/incubating';
import { LEFT_OUT_METRICS, OPEN_ATTRIBUTES, SCHEMA_URL, SEMCONV_VERSION } from '../../src/export/otel/semconv.ts';
import { ATTRIBUTES, ENTITY_ATTRIBUTES, METRICS } from './registry-excerpt.ts';
import { groupOf } from './violations.ts';

// The tests compare registry-excerpt.ts with the names in the npm package of the semantic conventions. If the variable
// REGISTRY contains the path of the whole registry, a test compares the excerpt with it too.

const dist = dirname(createRequire(import.meta.url).resolve('@opentelemetry/semantic-conventions'));

test('the excerpt has the release of the npm package', () => {
  const { version } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8')) as { version: string };
  assert.equal(version, SEMCONV_VERSION);
  assert.equal(SCHEMA_URL, `https://opentelemetry.io/schemas/${version}`);
});

/** Returns the values of the constants in the package whose names match a pattern. Leaves out deprecated constants. */
function valuesOf(pattern: RegExp): ReadonlySet<unknown> {
  return new Set(
    Object.entries(names)
      .filter(([constant]) => pattern.test(constant) && !deprecated.has(constant))
      .map(([, value]) => value),
  );
}

/**
 * Returns the names of the deprecated constants. Only comments in the declarations of the package mark them as deprecated.
 */
function deprecatedConstants(): ReadonlySet<string> {
  const comments = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?declare const (\w+)/g;
  const files = ['stable', 'experimental'].flatMap((stability) =>
    ['attributes', 'metrics'].map((kind) => join(dist, `${stability}_${kind}.d.mts`)),
  );
  const declared = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(comments)]);
  assert.ok(declared.length > 1000, `${declared.length} constants`);
  return new Set(declared.filter(([, comment = '']) => comment.includes('@deprecated')).map(([, , name = '']) => name));
}

const deprecated = deprecatedConstants();

test('every metric has a name of the package that is not deprecated', () => {
  const known = valuesOf(/^METRIC_/);
  assert.deepEqual(
    Object.keys(METRICS).filter((name) => !known.has(name)),
    [],
  );
  assert.ok(!known.has('system.network.packets'), 'a deprecated name is accepted');
});

test('every metric of the package in our groups is in the excerpt or left out for a documented reason', () => {
  const known = new Set([...Object.keys(METRICS), ...LEFT_OUT_METRICS.map(({ name }) => name)]);
  const groups = valuesOf(/^METRIC_(SYSTEM|CONTAINER|PROCESS|NFS)_/);
  assert.deepEqual([...groups].sort(), [...known].sort());
});

test('every attribute has a name and values of the package that are not deprecated', () => {
  const known = valuesOf(/^ATTR_/);
  const used = [...Object.keys(ATTRIBUTES), ...Object.values(ENTITY_ATTRIBUTES).flat()];
  assert.deepEqual(
    used.filter((name) => !known.has(name)),
    [],
  );
  for (const [name, values] of Object.entries(ATTRIBUTES)) {
    const constant = name.toUpperCase().replaceAll('.', '_');
    const listed = valuesOf(new RegExp(`^${constant}_VALUE_`));
    assert.deepEqual([...listed].sort(), typeof values === 'string' ? [] : [...values].sort(), name);
  }
});

interface Registry {
  readonly version: string;
  readonly metrics: Readonly<
    Record<
      string,
      {
        readonly instrument: string;
        readonly unit: string;
        readonly value_type: string;
        readonly attributes: Readonly<Record<string, string>>;
        readonly entities: readonly string[];
      }
    >
  >;
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly values?: readonly string[] }>>;
  readonly entities: Readonly<Record<string, { readonly attributes: Readonly<Record<string, string>> }>>;
}

const path = process.env['REGISTRY'];

// Without the variable, this test does not exist, because the registry is not part of the project.
if (path !== undefined) test('the excerpt equals the registry', (t) => compare(path, t));

async function compare(file: string, t: TestContext): Promise<void> {
  const registry = JSON.parse(readFileSync(file, 'utf8')) as Registry;
  await t.test('in its release', () => {
    assert.equal(registry.version.split(' ')[0], SEMCONV_VERSION);
  });
  await t.test('in the instruments, units, values and attributes of all metrics', () => {
    const leftOut = new Set(LEFT_OUT_METRICS.map(({ name }) => name));
    const groups = Object.entries(registry.metrics).filter(
      ([name]) => ['system', 'container', 'process'].includes(groupOf(name)) && !leftOut.has(name),
    );
    const expected = groups.map(([name, { instrument, unit, value_type: value, attributes }]) => [
      name,
      { instrument, unit, value, attributes: Object.keys(attributes).sort() },
    ]);
    // The registry file may lack whole groups of metrics, such as nfs.
    const groupsOfModel = new Set(Object.keys(registry.metrics).map(groupOf));
    const present = Object.entries(METRICS).filter(([name]) => groupsOfModel.has(groupOf(name)));
    const actual = present.map(([name, metric]) => [name, { ...metric, attributes: [...metric.attributes].sort() }]);
    assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(expected));
    t.diagnostic(`${actual.length} metrics of ${registry.version}`);
  });
  await t.test('in the metrics that are left out', () => {
    assert.deepEqual(
      LEFT_OUT_METRICS.filter(({ name }) => registry.metrics[name] === undefined),
      [],
    );
  });
  await t.test('in the types and values of all attributes', () => {
    const known = Object.keys(ATTRIBUTES).filter((name) => registry.attributes[name] !== undefined);
    const expected = known.map((name) => {
      const { type, values } = registry.attributes[name] ?? {};
      return [name, type === 'enum' ? values : type];
    });
    assert.deepEqual(Object.fromEntries(known.map((name) => [name, ATTRIBUTES[name]])), Object.fromEntries(expected));
    for (const { name } of OPEN_ATTRIBUTES) assert.equal(registry.attributes[name]?.type, 'enum');
  });
  await t.test('in the attributes that identify a container', () => {
    const entities = ['container', 'container.image', 'container.runtime', 'k8s.namespace', 'k8s.pod', 'k8s.container'];
    const known = entities.flatMap((entity) => Object.keys(registry.entities[entity]?.attributes ?? {}));
    assert.deepEqual(
      Object.values(ENTITY_ATTRIBUTES)
        .flat()
        .filter((name) => !known.includes(name)),
      [],
    );
    for (const group of Object.keys(ENTITY_ATTRIBUTES)) {
      for (const [name, metric] of Object.entries(registry.metrics)) {
        if (groupOf(name) === group) assert.deepEqual(metric.entities, [group], name);
      }
    }
  });
}
