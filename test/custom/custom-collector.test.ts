import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbsentError, type Collector, counter, gauge, histogram, semconv } from '../../src/index.ts';
import type { Emit } from '../../src/metrics/metric.ts';
import { createPassRunner } from '../support/pass-runner.ts';

const depth = gauge('queue_depth', 'Jobs.', ['queue']);
const size = gauge('queue_size', 'Size.');

/** Type of `emit` in JavaScript code, where arguments have no types. */
type Unchecked = (family: unknown, value: unknown, labels?: unknown) => void;

function queue(collect: (emit: Emit & Unchecked) => void | Promise<void>): Collector {
  // These tests pass arguments that the types reject.
  return { name: 'queue', families: [depth, size], collect: (_, emit) => collect(emit as Emit & Unchecked) };
}

test('withValidation() passes valid samples on', async () => {
  const pass = createPassRunner(
    queue((emit) => {
      emit(depth, 3, { queue: 'mail' });
      emit(depth, 0, { queue: 'print' });
      emit(size, Number.POSITIVE_INFINITY);
    }),
  );
  const expected = {
    state: 'ok',
    errors: [],
    values: [
      ['queue_depth', 3, { queue: 'mail' }],
      ['queue_depth', 0, { queue: 'print' }],
      ['queue_size', Number.POSITIVE_INFINITY, {}],
    ],
  };
  assert.deepEqual(await pass(), expected);
  assert.deepEqual(await pass(), expected);
});

const invalid: readonly (readonly [what: string, emit: (emit: Unchecked) => void, error: string])[] = [
  [
    'two values for one series',
    (emit) => {
      emit(depth, 1, { queue: 'mail' });
      emit(depth, 2, { queue: 'mail' });
    },
    'Cannot emit queue_depth{queue="mail"} with the value "2": the series already has the value "1" of collector queue',
  ],
  [
    'two values for one series, with an empty and with a missing label',
    (emit) => {
      emit(depth, 1, { queue: '' });
      emit(depth, 2, { queue: undefined });
    },
    'Cannot emit queue_depth{queue=""} with the value "2": the series already has the value "1" of collector queue',
  ],
  [
    'an undeclared label',
    (emit) => emit(depth, 1, { queue: 'mail', host: 'a' }),
    'Cannot emit queue_depth{queue="mail",host="a"}: label "host" is not declared',
  ],
  [
    'a misspelled label',
    (emit) => emit(depth, 1, { quue: 'mail' }),
    'Cannot emit queue_depth{quue="mail"}: label "quue" is not declared',
  ],
  [
    'a label that is not a string',
    (emit) => emit(depth, 1, { queue: 7 }),
    'Cannot emit queue_depth{queue=7}: label "queue" is not a string',
  ],
  ['a string instead of a number', (emit) => emit(size, '7'), 'Cannot emit queue_size: the value "7" is not a number'],
  ['NaN', (emit) => emit(size, Number.NaN), 'Cannot emit queue_size: the value NaN is not a number'],
  ['no value', (emit) => emit(size, undefined), 'Cannot emit queue_size: the value undefined is not a number'],
  [
    'an undeclared family',
    (emit) => emit(gauge('other', 'Other.'), 1),
    'Cannot emit other: the collector does not declare the family',
  ],
];

for (const [what, emitBad, error] of invalid) {
  test(`withValidation() drops ${what} and nothing else, and the collector fails`, async () => {
    const pass = createPassRunner(
      queue((emit) => {
        emit(depth, 5, { queue: 'before' });
        emitBad(emit);
        emit(depth, 6, { queue: 'after' });
      }),
    );
    const { state, errors, values } = await pass();
    assert.deepEqual({ state, errors }, { state: 'failed', errors: [error] });
    assert.deepEqual(
      values.filter(([, value]) => value === 5 || value === 6),
      [
        ['queue_depth', 5, { queue: 'before' }],
        ['queue_depth', 6, { queue: 'after' }],
      ],
    );
    assert.ok(values.length <= 3);
  });
}

test('withValidation() reports one error for each family', async () => {
  const pass = createPassRunner(
    queue((emit) => {
      for (let index = 0; index < 1000; index += 1) emit(depth, 'many', { queue: String(index) });
      emit(size, 'few');
      throw new Error('Cannot go on');
    }),
  );
  assert.deepEqual((await pass()).errors, [
    'Cannot go on',
    'Cannot emit queue_depth{queue="0"}: the value "many" is not a number',
    'Cannot emit queue_size: the value "few" is not a number',
  ]);
});

test('withValidation() distinguishes absent from failed, for synchronous and asynchronous collectors', async () => {
  const absent = (): never => {
    throw new AbsentError('no queue here');
  };
  assert.equal((await createPassRunner(queue(absent))()).state, 'absent');
  assert.equal((await createPassRunner(queue(async () => absent()))()).state, 'absent');
  assert.equal(
    (
      await createPassRunner(
        queue((emit) => {
          emit(size, 'x');
          absent();
        }),
      )()
    ).state,
    'failed',
  );
});

test('withValidation() drops series that a collector stops emitting, and accepts them again', async () => {
  let queues = ['a', 'b'];
  const pass = createPassRunner(
    queue((emit) => {
      for (const name of queues) emit(depth, 1, { queue: name });
    }),
  );
  const seen = async () => (await pass()).values.map(([, , { queue: name }]) => name);
  assert.deepEqual(await seen(), ['a', 'b']);
  queues = ['b'];
  assert.deepEqual(await seen(), ['b']);
  queues = ['a', 'b'];
  assert.deepEqual(await seen(), ['a', 'b']);
});

test('withValidation() ignores samples that are emitted after the end of the run', async () => {
  const late: (() => void)[] = [];
  const pass = createPassRunner(
    queue((emit) => {
      emit(size, 1);
      late.push(() => emit(depth, 9, { queue: 'late' }));
    }),
  );
  await pass();
  for (const emit of late) emit();
  assert.deepEqual((await pass()).values, [['queue_size', 1, {}]]);
});

test('withValidation() separates concurrent passes', async () => {
  const gate = Promise.withResolvers<void>();
  const pass = createPassRunner(
    queue(async (emit) => {
      emit(depth, 1, { queue: 'mail' });
      await gate.promise;
      emit(depth, 2, { queue: 'print' });
    }),
  );
  const both = Promise.all([pass('prometheus'), pass('semconv')]);
  gate.resolve();
  const values = [
    ['queue_depth', 1, { queue: 'mail' }],
    ['queue_depth', 2, { queue: 'print' }],
  ];
  assert.deepEqual(await both, [
    { state: 'ok', errors: [], values },
    { state: 'ok', errors: [], values },
  ]);
});

test('withValidation() reports Prometheus families to semconv passes only if the collector has no semconv families', async () => {
  const semconvDepth = semconv.gauge('queue.depth', '{job}', 'Jobs.', ['queue.name', 'queue.id']);
  const pass = createPassRunner({
    name: 'queue',
    families: [depth, semconvDepth],
    collect(_, emit) {
      emit(depth, 3, { queue: 'mail' });
      emit(semconvDepth, 3, { 'queue.name': 'mail', 'queue.id': 7 });
    },
  });
  assert.deepEqual((await pass()).values, [['queue_depth', 3, { queue: 'mail' }]]);
  assert.deepEqual((await pass('semconv')).values, [['queue.depth', 3, { 'queue.name': 'mail', 'queue.id': 7 }]]);
});

test('withValidation() rejects invalid histograms', async () => {
  const sizes = histogram('queue_bytes', 'Sizes.');
  for (const bad of [
    7,
    null,
    { bounds: [1, 2], counts: [1], sum: 1, count: 1 },
    { bounds: [2, 1], counts: [1, 1], sum: 1, count: 1 },
    { bounds: [1, 2], counts: [2, 1], sum: 1, count: 2 },
    { bounds: [1], counts: [2], sum: 1, count: 1 },
    { bounds: [1], counts: ['1'], sum: 1, count: 1 },
  ]) {
    const pass = createPassRunner({
      name: 'queue',
      families: [sizes],
      collect: (_, emit) => (emit as Unchecked)(sizes, bad),
    });
    assert.deepEqual(await pass(), {
      state: 'failed',
      errors: ['Cannot emit queue_bytes: the value is not a valid histogram'],
      values: [],
    });
  }
});

test('withValidation() reports instruments after emitted samples, also after an error', async () => {
  const requests = counter('queue_requests_total', 'Requests.');
  const failed = counter('queue_failed_total', 'Failed.');
  const pass = createPassRunner({
    name: 'queue',
    families: [requests, failed, depth],
    collect(_, emit) {
      requests.inc();
      emit(depth, 1, { queue: 'mail' });
      throw new Error('Cannot connect');
    },
  });
  await pass();
  assert.deepEqual(await pass(), {
    state: 'failed',
    errors: ['Cannot connect'],
    values: [
      ['queue_depth', 1, { queue: 'mail' }],
      ['queue_requests_total', 2, {}],
    ],
  });
});

test('withValidation() starts instruments without labels at 0 if there is no collect()', async () => {
  const pass = createPassRunner({
    name: 'queue',
    families: [
      counter('a_total', 'A.'),
      counter('b_total', 'B.', ['label']),
      gauge('c', 'C.'),
      histogram('d', 'D.', [], { buckets: [1] }),
    ],
  });
  assert.deepEqual((await pass()).values, [
    ['a_total', 0, {}],
    ['d', { bounds: [1], counts: [0], sum: 0, count: 0 }, {}],
  ]);
});
