import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryQueue } from '../../../src/export/otlp/retry-queue.ts';
import type { ExportResponse } from '../../../src/export/otlp/transport.ts';
import { PushMetrics } from '../../../src/self/push-metrics.ts';
import { reportSelfMetrics } from '../../support/self-metrics.ts';

const TAKEN: ExportResponse = { kind: 'taken', rejected: 0, message: '' };
const AWAY: ExportResponse = { kind: 'later', reason: 'connection refused' };
const REFUSED: ExportResponse = { kind: 'never', reason: '401 Unauthorized' };

/** A queue with a Collector that answers what the test says, by the reading and how often it was sent. */
function createQueue({
  answer,
  size = 100,
  random = 0,
}: {
  answer: (name: string, sent: readonly string[]) => ExportResponse | Promise<ExportResponse>;
  size?: number;
  random?: number;
}) {
  const sent: string[] = [];
  const pauses: number[] = [];
  const log: string[] = [];
  const say = (level: string) => (line: unknown) => void log.push(`${level}: ${line}`);
  const resumed: (() => void)[] = [];
  const pushes = new PushMetrics(() => 1_800_000_000);
  const queue = new RetryQueue({
    wire: {
      address: 'http://collector:4318/v1/metrics',
      async send(body) {
        const name = Buffer.from(body).toString();
        sent.push(name);
        return answer(name, sent);
      },
    },
    size,
    pushes,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    random: () => random,
    pause(milliseconds, off) {
      pauses.push(milliseconds);
      const { promise, resolve } = Promise.withResolvers<void>();
      resumed.push(resolve);
      off.addEventListener('abort', () => resolve());
      return promise;
    },
  });
  return {
    queue,
    sent,
    pauses,
    log,
    add: (...names: readonly string[]) => {
      for (const name of names) queue.add({ body: Buffer.from(name), points: 10 });
    },
    /** Lets all that can happen happen. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    /** Ends the pause. */
    async resume() {
      resumed.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    figures: () =>
      Object.fromEntries(reportSelfMetrics(pushes).map(([name, value, labels]) => [key(name, labels), value])),
  };
}

function key(name: string, labels: unknown): string {
  return [name.replace('node_exporter_otlp_', ''), ...Object.values(labels as object)].join(' ');
}

test('PushQueue sends one at a time, in order', async () => {
  const answers: (() => void)[] = [];
  const { queue, sent, add, settle } = createQueue({
    answer: () => new Promise((resolve) => answers.push(() => resolve(TAKEN))),
  });
  add('a', 'b');
  await settle();
  assert.deepEqual(sent, ['a']);
  answers.shift()?.();
  await settle();
  add('c');
  await settle();
  assert.deepEqual(sent, ['a', 'b']);
  answers.shift()?.();
  await settle();
  answers.shift()?.();
  await queue.stop(10_000);
  assert.deepEqual(sent, ['a', 'b', 'c']);
});

test('PushQueue replays oldest first what was missed, and says once that the Collector is away and once that it is back', async () => {
  let isAway = true;
  const { sent, log, add, settle, resume, figures } = createQueue({ answer: () => (isAway ? AWAY : TAKEN) });
  add('a');
  await settle();
  add('b', 'c');
  await resume();
  await resume();
  assert.deepEqual(sent, ['a', 'a', 'a']);
  assert.deepEqual(figures(), {
    'exports_total success': 0,
    'exports_total retry': 3,
    'exports_total failure': 0,
    queue_length: 3,
    dropped_points_total: 0,
  });
  isAway = false;
  await resume();
  assert.deepEqual(sent, ['a', 'a', 'a', 'a', 'b', 'c']);
  assert.deepEqual(figures(), {
    'exports_total success': 3,
    'exports_total retry': 3,
    'exports_total failure': 0,
    queue_length: 0,
    dropped_points_total: 0,
    last_success_timestamp_seconds: 1_800_000_000,
  });
  assert.deepEqual(log, [
    'warn: Cannot push to http://collector:4318/v1/metrics: connection refused; keeping up to 100 readings until it can',
    'info: Pushing to http://collector:4318/v1/metrics again: 2 readings to catch up on',
  ]);
});

test('PushQueue drops the oldest when it is full, and counts its points', async () => {
  let isAway = true;
  const { sent, add, settle, resume, figures } = createQueue({ answer: () => (isAway ? AWAY : TAKEN), size: 3 });
  add('a');
  await settle();
  add('b', 'c', 'd', 'e');
  assert.equal(figures()['queue_length'], 3);
  assert.equal(figures()['dropped_points_total'], 20);
  isAway = false;
  await resume();
  assert.deepEqual(sent, ['a', 'c', 'd', 'e']);
});

test('PushQueue drops what comes back into a full queue, the oldest of all', async () => {
  const { promise, resolve } = Promise.withResolvers<ExportResponse>();
  const { sent, add, settle, resume, figures } = createQueue({
    answer: (_name, { length }) => (length === 1 ? promise : TAKEN),
    size: 2,
  });
  add('a', 'b', 'c');
  await settle();
  resolve(AWAY);
  await settle();
  assert.equal(figures()['dropped_points_total'], 10);
  await resume();
  assert.deepEqual(sent, ['a', 'b', 'c']);
});

test('PushQueue waits longer each time, up to half a minute, and from the start when it was back', async () => {
  let isAway = true;
  const { pauses, add, settle, resume } = createQueue({ answer: () => (isAway ? AWAY : TAKEN) });
  add('a');
  await settle();
  for (let index = 0; index < 6; index += 1) await resume();
  isAway = false;
  await resume();
  isAway = true;
  add('b');
  await settle();
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000]);
});

test('PushQueue cuts its pauses by chance', async () => {
  const { pauses, add, settle, resume } = createQueue({ answer: () => AWAY, random: 0.5 });
  add('a');
  await settle();
  await resume();
  assert.deepEqual(pauses, [750, 1500]);
});

test('PushQueue waits as long as the Collector asks', async () => {
  const asked = [30_000, 0, 1e12];
  const { pauses, add, settle, resume } = createQueue({
    answer: () => ({ kind: 'later', reason: '503', afterMs: asked.shift() ?? 0 }),
  });
  add('a');
  await settle();
  await resume();
  await resume();
  assert.deepEqual(pauses, [30_000, 500, 3_600_000]);
});

test('PushQueue keeps nothing that is refused for good, and says so once', async () => {
  let answer: ExportResponse = REFUSED;
  const { sent, pauses, log, add, settle, figures } = createQueue({ answer: () => answer });
  add('a', 'b', 'c');
  await settle();
  assert.deepEqual([sent, pauses], [['a', 'b', 'c'], []]);
  assert.equal(figures()['queue_length'], 0);
  assert.equal(figures()['exports_total failure'], 3);
  assert.equal(figures()['dropped_points_total'], 30);
  answer = TAKEN;
  add('d');
  await settle();
  assert.deepEqual(log, [
    'error: Cannot push to http://collector:4318/v1/metrics: 401 Unauthorized; what it refuses is dropped',
    'info: Pushing to http://collector:4318/v1/metrics again: 0 readings to catch up on',
  ]);
});

test('PushQueue counts and tells what the Collector rejects of a reading', async () => {
  const { log, add, settle, figures } = createQueue({
    answer: () => ({ kind: 'taken', rejected: 4, message: 'too old' }),
  });
  add('a', 'b');
  await settle();
  assert.equal(figures()['dropped_points_total'], 8);
  assert.equal(figures()['exports_total success'], 2);
  assert.deepEqual(log, ['warn: http://collector:4318/v1/metrics rejected 4 data points: "too old"']);
});

test('PushQueue ends its pause when it stops, and tries what waits once more', async () => {
  let isAway = true;
  const { queue, sent, log, add, settle } = createQueue({ answer: () => (isAway ? AWAY : TAKEN) });
  add('a', 'b');
  await settle();
  isAway = false;
  await queue.stop(10_000);
  assert.deepEqual(sent, ['a', 'a', 'b']);
  assert.equal(log.length, 2);
});

test('PushQueue tries again what was on its way when it stopped', async () => {
  const { promise, resolve } = Promise.withResolvers<ExportResponse>();
  const { queue, sent, add, settle } = createQueue({ answer: (_name, { length }) => (length === 1 ? promise : TAKEN) });
  add('a', 'b');
  await settle();
  const stopped = queue.stop(10_000);
  resolve(AWAY);
  await stopped;
  assert.deepEqual(sent, ['a', 'a', 'b']);
});

test('PushQueue gives up when it has stopped and the Collector is away, and says what is left', async () => {
  const { queue, log, add, settle } = createQueue({ answer: () => AWAY });
  add('a', 'b');
  await settle();
  await queue.stop(10_000);
  assert.equal(log.at(-1), 'warn: Ending with 2 readings that http://collector:4318/v1/metrics did not get');
});

test('PushQueue does not wait longer than told for an answer that never comes', async () => {
  const { queue, log, add } = createQueue({ answer: () => new Promise(() => undefined) });
  add('a');
  await queue.stop(1);
  assert.deepEqual(log, ['warn: Ending with 1 reading that http://collector:4318/v1/metrics did not get']);
});

test('PushQueue holds no more than 64 MiB, whatever the number of readings', async () => {
  const { queue, settle, figures } = createQueue({ answer: () => AWAY });
  for (let index = 0; index < 10; index += 1) queue.add({ body: Buffer.alloc(16 * 1024 * 1024), points: 1 });
  await settle();
  assert.equal(figures()['queue_length'], 4);
  assert.equal(figures()['dropped_points_total'], 6);
});
