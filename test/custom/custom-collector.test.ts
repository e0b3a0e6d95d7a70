import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbsentError, type Collector, counter, gauge, histogram, semconv } from '../../src/index.ts';
import type { Emit } from '../../src/metrics/metric.ts';
import { createPassRunner } from '../support/pass-runner.ts';

const depth = gauge('queue_depth', 'Jobs.', ['queue']);
const size = gauge('queue_size', 'Size.');

/** JavaScript: nothing is checked before it runs. */
type Unchecked = (family: unknown, value: unknown, labels?: unknown) => void;

function queue(collect: (emit: Emit & Unchecked) => void | Promise<void>): Collector {
  // The types would refuse what these tests hand over.
  return { name: 'queue', families: [depth, size], collect: (_, emit) => collect(emit as Emit & Unchecked) };
}

test("a collector of one's own hands over what it emits", async () => {
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

const refusals: readonly (readonly [what: string, emit: (emit: Unchecked) => void, error: string])[] = [
  [
    'two values for one series',
    (emit) => {
      emit(depth, 1, { queue: 'mail' });
      emit(depth, 2, { queue: 'mail' });
    },
    'Cannot emit queue_depth{queue="mail"}: the series has a value already',
  ],
  [
    'two values for one series of which one has an empty label, which is none',
    (emit) => {
      emit(depth, 1, { queue: '' });
      emit(depth, 2, { queue: undefined });
    },
    'Cannot emit queue_depth{queue=undefined}: the series has a value already',
  ],
  [
    'a label that was not declared',
    (emit) => emit(depth, 1, { queue: 'mail', host: 'a' }),
    'Cannot emit queue_depth{queue="mail",host="a"}: label "host" was not declared',
  ],
  [
    'a label that is misspelt',
    (emit) => emit(depth, 1, { quue: 'mail' }),
    'Cannot emit queue_depth{quue="mail"}: label "quue" was not declared',
  ],
  [
    'a label that is no text',
    (emit) => emit(depth, 1, { queue: 7 }),
    'Cannot emit queue_depth{queue=7}: label "queue" is no text',
  ],
  ['a text instead of a number', (emit) => emit(size, '7'), 'Cannot emit queue_size: the value "7" is no number'],
  ['a number that is not one', (emit) => emit(size, Number.NaN), 'Cannot emit queue_size: the value NaN is no number'],
  ['no value', (emit) => emit(size, undefined), 'Cannot emit queue_size: the value undefined is no number'],
  [
    'a family that it does not declare',
    (emit) => emit(gauge('other', 'Other.'), 1),
    'Cannot emit other: it is not among the families of the collector',
  ],
];

for (const [what, emitBad, error] of refusals) {
  test(`a collector of one's own fails by ${what}, and loses nothing else`, async () => {
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

test("a collector of one's own names each family that is refused once", async () => {
  const pass = createPassRunner(
    queue((emit) => {
      for (let index = 0; index < 1000; index += 1) emit(depth, 'many', { queue: String(index) });
      emit(size, 'few');
      throw new Error('Cannot go on');
    }),
  );
  assert.deepEqual((await pass()).errors, [
    'Cannot go on',
    'Cannot emit queue_depth{queue="0"}: the value "many" is no number',
    'Cannot emit queue_size: the value "few" is no number',
  ]);
});

test("a collector of one's own tells absent from failed, at once and later", async () => {
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

test("a collector of one's own loses series that are gone, and gets them back", async () => {
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

test("what a collector of one's own emits after its end is in no pass", async () => {
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

test("two passes at once over a collector of one's own do not see each other", async () => {
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

test("a family of one's own is said in both conventions, but for who has words of both", async () => {
  const conventional = semconv.gauge('queue.depth', '{job}', 'Jobs.', ['queue.name', 'queue.id']);
  const pass = createPassRunner({
    name: 'queue',
    families: [depth, conventional],
    collect(_, emit) {
      emit(depth, 3, { queue: 'mail' });
      emit(conventional, 3, { 'queue.name': 'mail', 'queue.id': 7 });
    },
  });
  assert.deepEqual((await pass()).values, [['queue_depth', 3, { queue: 'mail' }]]);
  assert.deepEqual((await pass('semconv')).values, [['queue.depth', 3, { 'queue.name': 'mail', 'queue.id': 7 }]]);
});

test('a distribution that is none is refused', async () => {
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
      errors: ['Cannot emit queue_bytes: the value is no distribution'],
      values: [],
    });
  }
});

test('what the program keeps is emitted after what is read, also when reading fails', async () => {
  const asked = counter('queue_asked_total', 'Asked.');
  const failed = counter('queue_failed_total', 'Failed.');
  const pass = createPassRunner({
    name: 'queue',
    families: [asked, failed, depth],
    collect(_, emit) {
      asked.inc();
      emit(depth, 1, { queue: 'mail' });
      throw new Error('Cannot ask');
    },
  });
  await pass();
  assert.deepEqual(await pass(), {
    state: 'failed',
    errors: ['Cannot ask'],
    values: [
      ['queue_depth', 1, { queue: 'mail' }],
      ['queue_asked_total', 2, {}],
    ],
  });
});

test('without collect, what has no labels begins at zero', async () => {
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
