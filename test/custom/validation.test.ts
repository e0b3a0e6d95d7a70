import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { checkedCollector } from '../../src/custom/custom-collector.ts';
import { toDefinition } from '../../src/custom/definition.ts';
import { validateFamilies } from '../../src/custom/validate-families.ts';
import { validateFamily } from '../../src/custom/validate-family.ts';
import { validateNames } from '../../src/custom/validate-names.ts';
import { text, toggle } from '../../src/flags/flag.ts';
import { counter, gauge, histogram, semconv, summary } from '../../src/index.ts';
import { type AnyFamily, gauge as ours } from '../../src/metrics/metric.ts';

test('reasonToRefuseFamily() accepts every name that Prometheus does, and leaves it as it is', () => {
  for (const name of ['foo_metric', 'job:foo:sum', 'a__b', '_a', ':a', 'A9']) {
    assert.equal(validateFamily(counter(name, 'Help.', ['le', 'quantile', '_x'])), undefined);
  }
  const conventional = semconv.upDownCounter('queue.depth', '{job}', 'Jobs.', ['queue.name']);
  assert.equal(validateFamily(conventional), undefined);
});

const bad: readonly (readonly [family: AnyFamily, reason: string])[] = [
  [gauge('9lives', 'Help.'), '"9lives" is no name of a metric'],
  [gauge('', 'Help.'), '"" is no name of a metric'],
  [gauge('queue.depth', 'Help.'), '"queue.depth" is no name of a metric'],
  [gauge('größe', 'Help.'), '"größe" is no name of a metric'],
  [gauge('a\nb', 'Help.'), '"a\\nb" is no name of a metric'],
  [gauge('depth', 'Help.', ['queue-name']), '"queue-name" is no name of a label'],
  [gauge('depth', 'Help.', ['9']), '"9" is no name of a label'],
  [gauge('depth', 'Help.', ['__name__']), '"__name__" is no name of a label'],
  [gauge('depth', 'Help.', ['a', 'a']), 'label "a" is declared twice'],
  [histogram('waits', 'Help.', ['le']), 'label "le" is for the histogram itself'],
  [summary('waits', 'Help.', ['quantile']), 'label "quantile" is for the summary itself'],
  [{ ...gauge('depth', 'Help.'), type: 'updowncounter' }, '"updowncounter" is no type of a metric'],
  [semconv.gauge('9', '1', 'Help.'), '"9" is no name of a metric'],
];

for (const [family, reason] of bad) {
  test(`reasonToRefuseFamily() refuses what Prometheus does not accept: ${reason}`, () => {
    assert.equal(validateFamily(family), reason);
  });
}

test('reasonToRefuseFamily() refuses what JavaScript lets pass', () => {
  const refuse = (part: Record<string, unknown>) => validateFamily({ ...gauge('depth', 'Help.'), ...part });
  assert.equal(refuse({ type: 'meter' }), '"meter" is no type of a metric');
  assert.equal(refuse({ type: undefined }), 'undefined is no type of a metric');
  assert.equal(refuse({ help: undefined }), 'it has no help');
  assert.equal(refuse({ labels: 'queue' }), 'it has no list of labels');
  assert.equal(refuse({ labels: [7] }), '7 is no name of a label');
});

const loadavg = {
  name: 'loadavg',
  families: [ours('node_load1', 'Load.')],
  dynamicFamilies: [ours('node_vmstat_<field>', 'Field.')],
  collect: () => undefined,
};

function check(own: Readonly<Record<string, readonly AnyFamily[]>>, namespace = 'node'): void {
  const queues = Object.entries(own).map(([source, families]) => ({
    ...checkedCollector({ name: 'queue', families }),
    source,
  }));
  validateFamilies({
    exporter: 'otel-node-exporter',
    collectors: [loadavg, ...queues],
    metrics: [],
    self: [ours('node_exporter_build_info', 'Build.')],
    nameOf: ({ name }) => name.replace(/^node_/, `${namespace}_`),
  });
}

test('checkFamilies() takes families that nobody else has', () => {
  check({
    './a.ts': [gauge('a', 'A.'), histogram('b', 'B.')],
    './b.ts': [counter('a_total', 'A.'), gauge('b_c', 'C.')],
  });
});

const taken: readonly (readonly [family: AnyFamily, owner: string, name: string, namespace?: string])[] = [
  [gauge('node_load1', 'L.'), 'collector loadavg of otel-node-exporter', 'node_load1'],
  [gauge('acme_load1', 'L.'), 'collector loadavg of otel-node-exporter', 'acme_load1', 'acme'],
  [gauge('node_vmstat_oom_kill', 'V.'), 'collector loadavg of otel-node-exporter', 'node_vmstat_oom_kill'],
  [gauge('node_exporter_build_info', 'B.'), 'otel-node-exporter', 'node_exporter_build_info'],
  [gauge('target_info', 'T.'), 'otel-node-exporter', 'target_info'],
  [gauge('wait_seconds_sum', 'S.'), 'collector queue of ./first.ts', 'wait_seconds_sum'],
  [summary('wait_seconds', 'S.'), 'collector queue of ./first.ts', 'wait_seconds'],
];

for (const [family, owner, name, namespace] of taken) {
  test(`checkFamilies() refuses ${family.type} ${family.name} and names both places`, () => {
    assert.throws(
      () => check({ './first.ts': [histogram('wait_seconds', 'W.')], './queue.ts': [family] }, namespace),
      new Error(
        `Cannot run collector queue of ./queue.ts: family ${family.name} would be there twice, ${owner} has ${name}`,
      ),
    );
  });
}

test('checkFamilies() refuses a family that one collector has twice, and one that is bad', () => {
  assert.throws(() => check({ './queue.ts': [gauge('a', 'A.'), counter('a', 'A.')] }), {
    message:
      'Cannot run collector queue of ./queue.ts: family a would be there twice, collector queue of ./queue.ts has a',
  });
  assert.throws(() => check({ './queue.ts': [gauge('a-b', 'A.')] }), {
    message: 'Cannot run collector queue of ./queue.ts: "a-b" is no name of a metric',
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

test('checkNames() refuses a collector and a flag that are there already, and names both places', () => {
  const own = { 'collector.timeout': text('T.', 'T'), 'collector.wifi': { ...toggle('W.'), unlisted: true } };
  const cpu = definition('cpu', undefined);
  const refuse = (...definitions: CollectorDefinition[]) =>
    validateNames([cpu, ...definitions], 'otel-node-exporter', own);
  refuse(definition('queue', './a.ts'), definition('wifi', './b.ts'));
  assert.throws(() => refuse(definition('cpu', './a.ts')), {
    message: 'Cannot run collector cpu of ./a.ts: otel-node-exporter has --collector.cpu',
  });
  assert.throws(() => refuse(definition('queue', './a.ts'), definition('queue', './b.ts')), {
    message: 'Cannot run collector queue of ./b.ts: ./a.ts has --collector.queue',
  });
  assert.throws(() => refuse(definition('timeout', './a.ts')), {
    message: 'Cannot run collector timeout of ./a.ts: otel-node-exporter has --collector.timeout',
  });
  assert.throws(() => refuse(definition('queue', './a.ts', { 'collector.cpu': text('C.', 'C') })), {
    message: 'Cannot run collector queue of ./a.ts: otel-node-exporter has --collector.cpu',
  });
});

test('toDefinition() refuses what lacks something', () => {
  const families = [gauge('a', 'A.')];
  const shape = 'expected a list of families, and a function collect';
  const refuse = (candidate: object, message: string) =>
    assert.throws(() => toDefinition(candidate, './queue.ts'), new Error(message));
  refuse({ families }, 'Cannot use ./queue.ts: expected the name of a collector, not none');
  refuse({ name: 'my queue', families }, 'Cannot use ./queue.ts: expected the name of a collector, not "my queue"');
  refuse({ name: 'queue', families: [] }, `Cannot use collector queue of ./queue.ts: ${shape}`);
  refuse({ name: 'queue', families: ['a'] }, `Cannot use collector queue of ./queue.ts: ${shape}`);
  refuse({ name: 'queue', families, collect: 7 }, `Cannot use collector queue of ./queue.ts: ${shape}`);
});
