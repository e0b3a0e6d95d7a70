import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { withValidation } from '../../src/custom/custom-collector.ts';
import { toDefinition } from '../../src/custom/definition.ts';
import { withoutNameConflicts } from '../../src/custom/name-conflicts.ts';
import { validateFamilies } from '../../src/custom/validate-families.ts';
import { validateFamily } from '../../src/custom/validate-family.ts';
import { text, toggle } from '../../src/flags/flag.ts';
import { Mistakes } from '../../src/flags/mistakes.ts';
import { counter, gauge, histogram, semconv, summary } from '../../src/index.ts';
import { type AnyFamily, gauge as builtInGauge } from '../../src/metrics/metric.ts';

test('validateFamily() accepts every valid Prometheus name', () => {
  for (const name of ['foo_metric', 'job:foo:sum', 'a__b', '_a', ':a', 'A9']) {
    assert.equal(validateFamily(counter(name, 'Help.', ['le', 'quantile', '_x'])), undefined);
  }
  const semconvFamily = semconv.upDownCounter('queue.depth', '{job}', 'Jobs.', ['queue.name']);
  assert.equal(validateFamily(semconvFamily), undefined);
});

const invalid: readonly (readonly [family: AnyFamily, reason: string])[] = [
  [gauge('9lives', 'Help.'), '"9lives" is not a valid metric name'],
  [gauge('', 'Help.'), '"" is not a valid metric name'],
  [gauge('queue.depth', 'Help.'), '"queue.depth" is not a valid metric name'],
  [gauge('größe', 'Help.'), '"größe" is not a valid metric name'],
  [gauge('a\nb', 'Help.'), '"a\\nb" is not a valid metric name'],
  [gauge('depth', 'Help.', ['queue-name']), '"queue-name" is not a valid label name'],
  [gauge('depth', 'Help.', ['9']), '"9" is not a valid label name'],
  [gauge('depth', 'Help.', ['__name__']), '"__name__" is not a valid label name'],
  [gauge('depth', 'Help.', ['a', 'a']), 'label "a" is declared twice'],
  [histogram('waits', 'Help.', ['le']), 'label "le" is reserved in a histogram'],
  [summary('waits', 'Help.', ['quantile']), 'label "quantile" is reserved in a summary'],
  [{ ...gauge('depth', 'Help.'), type: 'updowncounter' }, '"updowncounter" is not a valid metric type'],
  [semconv.gauge('9', '1', 'Help.'), '"9" is not a valid metric name'],
];

for (const [family, reason] of invalid) {
  test(`validateFamily() rejects a family: ${reason}`, () => {
    assert.equal(validateFamily(family), reason);
  });
}

test('validateFamily() rejects families that only JavaScript can declare', () => {
  const validate = (part: Record<string, unknown>) => validateFamily({ ...gauge('depth', 'Help.'), ...part });
  assert.equal(validate({ type: 'meter' }), '"meter" is not a valid metric type');
  assert.equal(validate({ type: undefined }), 'undefined is not a valid metric type');
  assert.equal(validate({ help: undefined }), 'the help text of depth is missing');
  assert.equal(validate({ labels: 'queue' }), 'the labels of depth are not a list');
  assert.equal(validate({ labels: [7] }), '7 is not a valid label name');
});

const loadavg = {
  name: 'loadavg',
  families: [builtInGauge('node_load1', 'Load.')],
  dynamicFamilies: [builtInGauge('node_vmstat_<field>', 'Field.')],
  collect: () => undefined,
};

/**
 * Validates the families of custom collectors. The keys of `families` are the sources of the collectors. The exporter also
 * has the built-in collector loadavg.
 */
function validate(families: Readonly<Record<string, readonly AnyFamily[]>>, namespace = 'node'): void {
  const queues = Object.entries(families).map(([source, familiesOfSource]) => ({
    ...withValidation({ name: 'queue', families: familiesOfSource }),
    source,
  }));
  validateFamilies({
    exporter: 'otel-node-exporter',
    collectors: [loadavg, ...queues],
    instruments: [],
    self: [builtInGauge('node_exporter_build_info', 'Build.')],
    nameOf: ({ name }) => name.replace(/^node_/, `${namespace}_`),
  });
}

test('validateFamilies() accepts families with unused names', () => {
  validate({
    './a.ts': [gauge('a', 'A.'), histogram('b', 'B.')],
    './b.ts': [counter('a_total', 'A.'), gauge('b_c', 'C.')],
  });
});

const conflicts: readonly (readonly [family: AnyFamily, user: string, name: string, namespace?: string])[] = [
  [gauge('node_load1', 'L.'), 'collector loadavg of otel-node-exporter', 'node_load1'],
  [gauge('acme_load1', 'L.'), 'collector loadavg of otel-node-exporter', 'acme_load1', 'acme'],
  [gauge('node_vmstat_oom_kill', 'V.'), 'collector loadavg of otel-node-exporter', 'node_vmstat_oom_kill'],
  [gauge('node_exporter_build_info', 'B.'), 'otel-node-exporter', 'node_exporter_build_info'],
  [gauge('target_info', 'T.'), 'otel-node-exporter', 'target_info'],
  [gauge('wait_seconds_sum', 'S.'), 'collector queue of ./first.ts', 'wait_seconds_sum'],
  [summary('wait_seconds', 'S.'), 'collector queue of ./first.ts', 'wait_seconds'],
];

for (const [family, user, name, namespace] of conflicts) {
  test(`validateFamilies() rejects ${family.type} ${family.name} and names both users`, () => {
    assert.throws(
      () => validate({ './first.ts': [histogram('wait_seconds', 'W.')], './queue.ts': [family] }, namespace),
      new Error(
        `Cannot run collector queue of ./queue.ts: ${user} already has the metric name ${name} of family ${family.name}`,
      ),
    );
  });
}

test('validateFamilies() rejects a namespace that gives two families of the exporter one name', () => {
  const process = builtInGauge('exporter_load1', 'L.');
  const collector = { ...loadavg, name: 'process', families: [process], dynamicFamilies: [] };
  const validateNamespace = (namespace: string): void =>
    validateFamilies({
      exporter: 'otel-node-exporter',
      collectors: [collector, loadavg, { ...loadavg, name: 'load' }],
      instruments: [],
      self: [],
      nameOf: ({ name }) => name.replace(/^node_/, `${namespace}_`),
    });
  validateNamespace('acme');
  assert.throws(() => validateNamespace('exporter'), {
    message:
      'Cannot run collector loadavg of otel-node-exporter: collector process of otel-node-exporter already has the metric ' +
      'name exporter_load1 of family node_load1',
  });
});

test('validateFamilies() rejects a name that one collector uses twice, and an invalid family', () => {
  assert.throws(() => validate({ './queue.ts': [gauge('a', 'A.'), counter('a', 'A.')] }), {
    message:
      'Cannot run collector queue of ./queue.ts: collector queue of ./queue.ts already has the metric name a of family a',
  });
  assert.throws(() => validate({ './queue.ts': [gauge('a-b', 'A.')] }), {
    message: 'Cannot run collector queue of ./queue.ts: "a-b" is not a valid metric name',
  });
});

function definition(
  name: string,
  source: string | undefined,
  flags: CollectorDefinition['flags'] = {},
): CollectorDefinition {
  const create = () => ({ name, families: [], collect: () => undefined });
  return { name, help: '', enabled: true, flags, create, ...(source !== undefined && { source }) };
}

test('withoutNameConflicts() drops collectors whose flags are in use, and names both users', () => {
  const programFlags = { 'collector.timeout': text('T.', 'T'), 'collector.wifi': { ...toggle('W.'), unlisted: true } };
  const cpu = definition('cpu', undefined);
  const mistakes = new Mistakes();
  const definitions = [
    cpu,
    definition('queue', './a.ts'),
    definition('wifi', './b.ts'),
    definition('cpu', './a.ts'),
    definition('queue', './b.ts'),
    definition('timeout', './a.ts'),
    definition('depth', './a.ts', { 'collector.cpu': text('C.', 'C') }),
  ];
  const valid = withoutNameConflicts(definitions, { exporter: 'otel-node-exporter', programFlags }, mistakes);
  assert.deepEqual(valid, definitions.slice(0, 3));
  assert.throws(() => mistakes.throwIfAny(), {
    message: `Cannot run collector cpu of ./a.ts: otel-node-exporter already has the flag --collector.cpu
Cannot run collector queue of ./b.ts: ./a.ts already has the flag --collector.queue
Cannot run collector timeout of ./a.ts: otel-node-exporter already has the flag --collector.timeout
Cannot run collector depth of ./a.ts: otel-node-exporter already has the flag --collector.cpu`,
  });
});

test('toDefinition() rejects incomplete collectors', () => {
  const families = [gauge('a', 'A.')];
  const shape = 'expected a list of families and a function collect';
  const rejects = (candidate: object, message: string) =>
    assert.throws(() => toDefinition(candidate, './queue.ts'), new Error(message));
  rejects({ families }, 'Cannot use ./queue.ts: expected a collector name instead of undefined');
  rejects({ name: 'my queue', families }, 'Cannot use ./queue.ts: expected a collector name instead of "my queue"');
  rejects({ name: 'queue', families: [] }, `Cannot use collector queue of ./queue.ts: ${shape}`);
  rejects({ name: 'queue', families: ['a'] }, `Cannot use collector queue of ./queue.ts: ${shape}`);
  rejects({ name: 'queue', families, collect: 7 }, `Cannot use collector queue of ./queue.ts: ${shape}`);
});
