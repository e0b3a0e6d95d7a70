import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type Collector, forEachItem } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import type { CollectorResult, Pass } from '../../src/collection/pass.ts';
import { watchdog } from '../../src/collectors/watchdog.ts';
import { AbsentError } from '../../src/host/host.ts';
import { type Family, gauge, semconv } from '../../src/metrics/metric.ts';
import { createFakeCollector } from '../support/fake-collector.ts';
import { createHostTree, openHost } from '../support/host-tree.ts';
import { stallAttributes } from '../support/stall.ts';

const host = openHost('/nowhere');
const later = (milliseconds = 60_000) => ({ deadline: performance.now() + milliseconds });

function createGatherer(
  collectors: readonly Collector[],
  observe: (result: CollectorResult) => void = () => undefined,
): Gatherer {
  return new Gatherer({ host, collectors, selfMetrics: [], observe, minPassMs: 0 });
}

/** Returns the states of the collectors (`{ cpu: 'ok' }`) and the values of the families (`{ node_cpu: [1] }`). */
function summary({ results, families, failed }: Pass) {
  return {
    states: Object.fromEntries(results.map(({ collector, state }) => [collector, state])),
    values: Object.fromEntries(
      families.map(({ family, samples }) => [family.name, [...samples].map(({ value }) => value)]),
    ),
    failed,
  };
}

test('gather() runs every collector once, in order', async () => {
  const gatherer = createGatherer([
    createFakeCollector('b', async (emit) => emit(1)),
    createFakeCollector('a', (emit) => {
      emit(2, 'first');
      emit(3, 'second');
    }),
  ]);
  const pass = await gatherer.gather(later());
  assert.deepEqual(summary(pass), {
    states: { b: 'ok', a: 'ok' },
    values: { node_b: [1], node_a: [2, 3] },
    failed: false,
  });
  assert.deepEqual(
    pass.results.map(({ collector }) => collector),
    ['b', 'a'],
  );
});

test('gather() keeps the samples that a failed collector emitted before its error', async () => {
  const gatherer = createGatherer([
    createFakeCollector('thrown', () => {
      throw new Error('no');
    }),
    createFakeCollector('rejected', async (emit) => {
      emit(1);
      throw new Error('not all');
    }),
    createFakeCollector('good', (emit) => emit(2)),
  ]);
  const pass = await gatherer.gather(later());
  assert.deepEqual(summary(pass), {
    states: { thrown: 'failed', rejected: 'failed', good: 'ok' },
    values: { node_rejected: [1], node_good: [2] },
    failed: false,
  });
  assert.deepEqual(
    pass.results.map(({ errors }) => errors.map(({ message }) => message)),
    [['no'], ['not all'], []],
  );
});

test('gather() keeps all samples of a collector that reports errors and goes on', async () => {
  const family = gauge('node_part', 'A value of the test.');
  const collector: Collector = {
    name: 'part',
    families: [family],
    collect(host, emit) {
      host.report(new Error('first'));
      emit(family, 1);
      throw new AggregateError([new Error('second'), new Error('third')]);
    },
  };
  const absent: Collector = {
    name: 'absent',
    families: [],
    collect(host) {
      host.report(new Error('half of it'));
      throw new AbsentError('the other half');
    },
  };
  const pass = await createGatherer([collector, absent]).gather(later());
  assert.deepEqual(summary(pass), {
    states: { part: 'failed', absent: 'failed' },
    values: { node_part: [1] },
    failed: false,
  });
  assert.deepEqual(
    pass.results.map(({ errors }) => errors.map(({ message }) => message)),
    [['first', 'second', 'third'], ['half of it']],
  );
});

test('gather() holds no more than the first errors of a collector', async () => {
  const collector: Collector = {
    name: 'noisy',
    families: [],
    collect(host) {
      for (let error = 0; error < 1000; error += 1) host.report(new Error(`error ${error}`));
    },
  };
  const { results } = await createGatherer([collector]).gather(later());
  assert.equal(results[0]?.errors.length, 100);
});

test('gather() distinguishes absent from failed collectors', async () => {
  const absent = createFakeCollector('absent', () => {
    throw new AbsentError('none here');
  });
  const failed = createFakeCollector('failed', () => {
    throw new Error('broken');
  });
  assert.deepEqual(summary(await createGatherer([absent]).gather(later())), {
    states: { absent: 'absent' },
    values: {},
    failed: false,
  });
  assert.equal((await createGatherer([absent, failed]).gather(later())).failed, true);
});

test('gather() abandons a collector at the deadline and does not start it again before it has ended', async () => {
  const hanging = Promise.withResolvers<void>();
  let started = 0;
  const gatherer = createGatherer([
    createFakeCollector('hanging', async (emit) => {
      started += 1;
      emit(1);
      await hanging.promise;
    }),
    createFakeCollector('good', (emit) => emit(2)),
  ]);
  const states = { hanging: 'failed', good: 'ok' };
  const late = await gatherer.gather(later(5));
  assert.deepEqual(summary(late), { states, values: { node_hanging: [1], node_good: [2] }, failed: false });
  const again = await gatherer.gather(later());
  assert.deepEqual(summary(again), { states, values: { node_good: [2] }, failed: false });
  assert.equal(again.results[0]?.errors[0]?.message, 'Cannot run collector hanging: its last run has not ended');
  assert.equal(started, 1);

  hanging.resolve();
  await setImmediate();
  assert.deepEqual(summary(await gatherer.gather(later())), {
    states: { hanging: 'ok', good: 'ok' },
    values: { node_hanging: [1], node_good: [2] },
    failed: false,
  });
  assert.equal(started, 2);
});

test('gather() returns the samples emitted by the deadline, without later ones', async () => {
  const gate = Promise.withResolvers<void>();
  const gatherer = createGatherer([
    createFakeCollector('slow', async (emit) => {
      emit(1);
      await gate.promise;
      emit(2, 'late');
    }),
  ]);
  const patient = gatherer.gather(later());
  const hasty = await gatherer.gather(later(5));
  gate.resolve();
  assert.deepEqual(summary(await patient), { states: { slow: 'ok' }, values: { node_slow: [1, 2] }, failed: false });
  assert.deepEqual(summary(hasty), { states: { slow: 'failed' }, values: { node_slow: [1] }, failed: false });
});

test('gather() completes a pass for other callers after a caller without time has left', async () => {
  const gate = Promise.withResolvers<void>();
  let started = 0;
  const slow = createFakeCollector('slow', async (emit) => {
    started += 1;
    await gate.promise;
    emit(1);
  });
  const gatherer = new Gatherer({ host, collectors: [slow], selfMetrics: [], observe: () => undefined });
  const impatient = await gatherer.gather(later(0));
  assert.deepEqual(summary(impatient), { states: { slow: 'failed' }, values: {}, failed: true });
  const patient = gatherer.gather(later());
  gate.resolve();
  assert.deepEqual(summary(await patient), { states: { slow: 'ok' }, values: { node_slow: [1] }, failed: false });
  assert.equal(started, 1);
});

test('gather() takes the results of some collectors from a running pass of all collectors', async () => {
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const gatherer = createGatherer(
    ['quick', 'slow', 'other'].map((name) =>
      createFakeCollector(name, async (emit) => {
        if (name !== 'quick') await gate.promise;
        emit(1);
      }),
    ),
    ({ collector }) => seen.push(collector),
  );
  const all = gatherer.gather(later());
  const quick = await gatherer.gather({ ...later(), only: new Set(['quick']) });
  assert.deepEqual(summary(quick), { states: { quick: 'ok' }, values: { node_quick: [1] }, failed: false });
  const subsets = [1, 2].map(() => gatherer.gather({ ...later(), only: new Set(['quick', 'slow']) }));
  gate.resolve();
  const [first, second] = await Promise.all(subsets);
  assert.equal(first, second);
  assert.deepEqual(Object.keys(summary(await all).states), ['quick', 'slow', 'other']);
  assert.deepEqual(first && summary(first).states, { quick: 'ok', slow: 'ok' });
  assert.deepEqual(seen, ['quick', 'slow', 'other']);
});

test('gather() runs only collectors with families of the requested convention', async () => {
  const load = gauge('node_load', 'Load.');
  const average = semconv.gauge('system.load', '{thread}', 'Load.', ['cpu.logical_number']);
  const other = gauge('node_other', 'Other.');
  const gatherer = createGatherer([
    {
      name: 'bothConventions',
      families: [load, average],
      collect(_, emit) {
        emit(load, 1);
        emit(average, 2, { 'cpu.logical_number': 0 }, 1_700_000_000);
      },
    },
    { name: 'other', families: [other], collect: (_, emit) => emit(other, 3) },
  ]);
  const [scrape, push] = await Promise.all([
    gatherer.gather(later()),
    gatherer.gather({ ...later(), convention: 'semconv' }),
  ]);
  assert.deepEqual(summary(scrape), {
    states: { bothConventions: 'ok', other: 'ok' },
    values: { node_load: [1], node_other: [3] },
    failed: false,
  });
  assert.deepEqual(summary(push), { states: { bothConventions: 'ok' }, values: { 'system.load': [2] }, failed: false });
  assert.deepEqual(
    [...(push.families[0]?.samples ?? [])],
    [{ value: 2, labels: { 'cpu.logical_number': 0 }, startTime: 1_700_000_000 }],
  );
});

test('gather() runs a collector that is restricted to one convention in its passes only', async () => {
  const count = gauge('node_count', 'Count.');
  const gatherer = createGatherer([
    createFakeCollector('both', (emit) => emit(1)),
    {
      name: 'slow',
      convention: 'semconv',
      families: [count, semconv.gauge('system.count', '1', 'Count.')],
      collect: (_, emit) => emit(count, 3),
    },
  ]);
  assert.deepEqual(
    gatherer.collectors.map(({ name }) => name),
    ['both'],
  );
  const only = new Set(['slow']);
  assert.deepEqual(summary(await gatherer.gather(later())).states, { both: 'ok' });
  assert.deepEqual(summary(await gatherer.gather({ ...later(), only })).states, {});
  assert.deepEqual(summary(await gatherer.gather({ ...later(), convention: 'semconv' })).states, { slow: 'ok' });
});

test('gather() shares a running pass with all callers', async () => {
  const gate = Promise.withResolvers<void>();
  let started = 0;
  const gatherer = createGatherer([
    createFakeCollector('slow', async (emit) => {
      started += 1;
      await gate.promise;
      emit(started);
    }),
  ]);
  const passes = Array.from({ length: 20 }, () => gatherer.gather(later()));
  gate.resolve();
  const all = new Set(await Promise.all(passes));
  assert.equal(all.size, 1);
  assert.equal(started, 1);
  assert.deepEqual(summary(await gatherer.gather(later())).values, { node_slow: [2] });
});

test('gather() returns a snapshot to a caller whose deadline is earlier', async () => {
  const gate = Promise.withResolvers<void>();
  const gatherer = createGatherer([
    createFakeCollector('quick', (emit) => emit(1)),
    createFakeCollector('slow', async (emit) => {
      await gate.promise;
      emit(2);
    }),
  ]);
  const patient = gatherer.gather(later());
  const hasty = await gatherer.gather(later(5));
  assert.deepEqual(summary(hasty), {
    states: { quick: 'ok', slow: 'failed' },
    values: { node_quick: [1] },
    failed: false,
  });
  gate.resolve();
  assert.deepEqual(summary(await patient), {
    states: { quick: 'ok', slow: 'ok' },
    values: { node_quick: [1], node_slow: [2] },
    failed: false,
  });
});

test('gather() ends the reads of a shared pass before the earliest deadline of its callers', async (context) => {
  await using tree = await createHostTree({
    'sys/class/watchdog/watchdog0/timeout': '30\n',
    'sys/class/watchdog/watchdog0/timeleft': '28\n',
  });
  stallAttributes(context, (path) => path.endsWith('timeleft'));
  const collectors = [watchdog.create({})];
  const gatherer = new Gatherer({
    host: tree.host,
    collectors,
    selfMetrics: [],
    observe: () => undefined,
    minPassMs: 0,
  });
  const patient = gatherer.gather(later());
  const hasty = await gatherer.gather(later(400));
  assert.deepEqual(summary(hasty).values, { node_watchdog_timeout_seconds: [30], node_watchdog_info: [1] });
  assert.equal(await patient, hasty);
});

test('gather() runs the requested collectors and shares the pass with equal requests only', async () => {
  const gate = Promise.withResolvers<void>();
  const runs: string[] = [];
  const collectors = ['a', 'b', 'c'].map((name) =>
    createFakeCollector(name, async (emit) => {
      runs.push(name);
      await gate.promise;
      emit(1);
    }),
  );
  const gatherer = createGatherer(collectors);
  const passes = [
    gatherer.gather({ ...later(), only: new Set(['a', 'c']) }),
    gatherer.gather({ ...later(), only: new Set(['c', 'a']) }),
    gatherer.gather({ ...later(), only: new Set(['b']) }),
  ];
  gate.resolve();
  const [first, second, third] = await Promise.all(passes);
  assert.equal(first, second);
  assert.deepEqual(
    third?.results.map(({ collector }) => collector),
    ['b'],
  );
  assert.deepEqual(runs, ['a', 'c', 'b']);
});

test('gather() calls observe with the result of every collector once per pass', async () => {
  const seen: string[] = [];
  const gatherer = createGatherer(
    [
      createFakeCollector('good', (emit) => emit(1)),
      createFakeCollector('hanging', () => new Promise(() => undefined)),
    ],
    ({ collector, state }) => seen.push(`${collector} ${state}`),
  );
  await Promise.all([gatherer.gather(later(5)), gatherer.gather(later(5))]);
  assert.deepEqual(seen, ['good ok', 'hanging failed']);
});

test('gather() merges families of one name from several collectors', async () => {
  const gatherer = createGatherer([
    createFakeCollector('shared', (emit) => emit(1)),
    createFakeCollector('other', (emit) => emit(2)),
    createFakeCollector('shared', (emit) => emit(3, 'other')),
  ]);
  const pass = await gatherer.gather(later());
  assert.deepEqual(
    pass.families.map(({ family, samples }) => [family.name, [...samples].map(({ value }) => value)]),
    [
      ['node_shared', [1, 3]],
      ['node_other', [2]],
    ],
  );
});

/** Returns a collector. Each pass emits the next list of samples in `passes`, and the first list follows the last. */
function emittingSeries(
  name: string,
  family: Family<'id'>,
  passes: readonly (readonly [id: string, value: number])[][],
) {
  let run = 0;
  const collect: Collector['collect'] = (_host, emit) => {
    for (const [id, value] of passes[run++ % passes.length] ?? []) emit(family, value, { id });
  };
  return { name, families: [family], collect };
}

/** Returns the state and errors of every collector, and the samples as `id value`. */
function detailsOf({ results, families }: Pass) {
  return {
    results: results.map(({ state, errors }) => [state, ...errors.map(({ message }) => message)]),
    samples: families.flatMap(({ samples }) => Array.from(samples, ({ value, labels }) => `${labels['id']} ${value}`)),
  };
}

test('gather() drops the second sample of a series, and its collector fails in this pass', async () => {
  const family = gauge('node_shared', 'A value of the test.', ['id']);
  const seen: string[] = [];
  const gatherer = createGatherer(
    [
      emittingSeries('first', family, [[['a', 1]]]),
      emittingSeries('second', { ...family }, [
        [
          ['b', 2],
          ['a', 3],
          ['b', 4],
        ],
        [['b', 5]],
      ]),
      createFakeCollector('third', (emit) => emit(6, 'x')),
    ],
    ({ collector, state }) => seen.push(`${collector} ${state}`),
  );
  const failed = detailsOf(await gatherer.gather(later()));
  assert.deepEqual(failed, {
    results: [
      ['ok'],
      [
        'failed',
        'Cannot emit node_shared{id="a"} with the value "3": the series already has the value "1" of collector first',
      ],
      ['ok'],
    ],
    samples: ['a 1', 'b 2', 'undefined 6'],
  });
  assert.deepEqual(detailsOf(await gatherer.gather(later())), {
    results: [['ok'], ['ok'], ['ok']],
    samples: ['a 1', 'b 5', 'undefined 6'],
  });
  assert.deepEqual(seen, ['first ok', 'second failed', 'third ok', 'first ok', 'second ok', 'third ok']);
});

test('gather() finds the same series of two collectors whichever collectors are requested', async () => {
  const family = gauge('node_shared', 'A value of the test.', ['id']);
  const gatherer = createGatherer([
    emittingSeries('first', family, [[['a', 1]]]),
    emittingSeries('second', { ...family }, [[['a', 2]]]),
  ]);
  const statesOf = async (...only: readonly string[]) =>
    summary(await gatherer.gather({ ...later(), only: new Set(only) })).states;
  for (let repetition = 0; repetition < 3; repetition += 1) {
    assert.deepEqual(await statesOf('first', 'second'), { first: 'ok', second: 'failed' });
    assert.deepEqual(await statesOf('second'), { second: 'ok' });
    assert.deepEqual(await statesOf('first'), { first: 'ok' });
  }
});

test('gather() drops the second sample of a series with attributes', async () => {
  const family = semconv.gauge('system.test', '1', 'A value of the test.', ['id', 'number']);
  const collector: Collector = {
    name: 'test',
    families: [family],
    collect(_host, emit) {
      emit(family, 1, { id: 'a', number: 1 });
      emit(family, 2, { id: 'a', number: 2 });
      emit(family, 3, { number: 1, id: 'a' });
    },
  };
  const pass = await createGatherer([collector]).gather({ ...later(), convention: 'semconv' });
  assert.deepEqual(detailsOf(pass), {
    results: [
      [
        'failed',
        'Cannot emit system.test{number="1",id="a"} with the value "3": ' +
          'the series already has the value "1" of collector test',
      ],
    ],
    samples: ['a 1', 'a 2'],
  });
});

test('gather() drops a sample if another collector reports the same thing with more or fewer labels', async () => {
  const hertz = (...labels: string[]) => gauge('node_hertz', 'Frequency in hertz.', labels);
  const emitting = (family: ReturnType<typeof hertz>, series: Readonly<Record<string, string>>[]): Collector => ({
    name: 'hertz',
    families: [family],
    collect: (_host, emit) => {
      for (const [index, labels] of series.entries()) emit(family, index, labels);
    },
  });
  const samplesOf = async (...collectors: readonly Collector[]) => {
    const [first] = (await createGatherer(collectors).gather(later())).families;
    return [...(first?.samples ?? [])].map(({ value, labels }) => [value, labels]);
  };
  const byCore = emitting(hertz('core', 'cpu'), [{ core: '7', cpu: '0' }]);
  const byCpu = emitting(hertz('cpu'), [{ cpu: '0' }, { cpu: '1' }]);
  const byCore0 = [0, { core: '7', cpu: '0' }];
  assert.deepEqual(await samplesOf(byCore, byCpu), [byCore0, [1, { cpu: '1' }]]);
  assert.deepEqual(await samplesOf(byCpu, byCore), [
    [0, { cpu: '0' }],
    [1, { cpu: '1' }],
  ]);
  const byDisk = emitting(hertz('disk'), [{ disk: '0' }]);
  assert.deepEqual(await samplesOf(byCore, byDisk), [byCore0, [0, { disk: '0' }]]);
});

test('gather() adds the self metrics with the start time of the process', async () => {
  const family = gauge('node_ran', 'Whether the collector ran.', ['collector']);
  const gatherer = new Gatherer({
    host,
    collectors: [createFakeCollector('a', (emit) => emit(1))],
    selfMetrics: [
      {
        families: [family],
        report: (emit, results) => {
          for (const { collector } of results) emit(family, 1, { collector });
        },
      },
    ],
    observe: () => undefined,
  });
  const last = (await gatherer.gather(later())).families.at(-1);
  const startTime = performance.timeOrigin / 1000;
  assert.equal(last?.family, family);
  assert.deepEqual([...last.samples], [{ value: 1, labels: { collector: 'a' }, startTime }]);
});

test('forEachItem() drops a failed item, skips an absent one and visits the rest', async () => {
  const visited: string[] = [];
  await assert.rejects(
    forEachItem(['fine', 'gone', 'broken', 'also fine'], (item) => {
      if (item === 'gone') throw new AbsentError('gone');
      if (item === 'broken') throw new Error('broken');
      visited.push(item);
    }),
    (error: unknown) => error instanceof AggregateError && error.errors.map(String).join() === 'Error: broken',
  );
  assert.deepEqual(visited, ['fine', 'also fine']);
});

test('forEachItem() continues in the other lanes while the visit of one item hangs', { timeout: 10_000 }, async () => {
  const visited: string[] = [];
  const { promise: end, resolve } = Promise.withResolvers<void>();
  await forEachItem(
    ['hanging', 'second', 'third', 'last'],
    async (item) => {
      if (item === 'hanging') await end;
      visited.push(item);
      if (item === 'last') resolve();
    },
    2,
  );
  assert.deepEqual(visited, ['second', 'third', 'last', 'hanging']);
});
