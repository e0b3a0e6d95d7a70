import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryQueue } from '../../../src/export/otlp/retry-queue.ts';
import type { ExportResponse } from '../../../src/export/otlp/transport.ts';
import { PushMetrics } from '../../../src/self/push-metrics.ts';
import { reportSelfMetrics } from '../../support/self-metrics.ts';

const SUCCESS: ExportResponse = { status: 'success', rejected: 0, message: '' };
const UNREACHABLE: ExportResponse = { status: 'retryable', reason: 'connection refused' };
const UNAUTHORIZED: ExportResponse = { status: 'failure', reason: '401 Unauthorized' };

/**
 * Creates a queue with a fake transport.
 *
 * @param options.respond called with the name of a push and the names sent so far
 */
function createQueue({
  respond,
  size = 100,
  random = 0,
}: {
  respond: (name: string, sent: readonly string[]) => ExportResponse | Promise<ExportResponse>;
  size?: number;
  random?: number;
}) {
  const sent: string[] = [];
  const pauses: number[] = [];
  const log: string[] = [];
  const lost: string[] = [];
  const write = (level: string) => (line: unknown) => void log.push(`${level}: ${line}`);
  const resumed: (() => void)[] = [];
  const pushMetrics = new PushMetrics(() => 1_800_000_000);
  const queue = new RetryQueue({
    transport: {
      address: 'http://collector:4318/v1/metrics',
      async send(body) {
        const name = Buffer.from(body).toString();
        sent.push(name);
        return respond(name, sent);
      },
    },
    size,
    pushMetrics,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    random: () => random,
    pause(milliseconds, signal) {
      pauses.push(milliseconds);
      const { promise, resolve } = Promise.withResolvers<void>();
      resumed.push(resolve);
      signal.addEventListener('abort', () => resolve());
      return promise;
    },
  });
  return {
    queue,
    sent,
    pauses,
    log,
    lost,
    add: (...names: readonly string[]) => {
      for (const name of names) queue.add({ body: Buffer.from(name), points: 10, onLost: () => lost.push(name) });
    },
    /** Runs all pending callbacks. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    /** Ends the oldest pause. */
    async resume() {
      resumed.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    figures: () =>
      Object.fromEntries(reportSelfMetrics(pushMetrics).map(([name, value, labels]) => [key(name, labels), value])),
  };
}

function key(name: string, labels: unknown): string {
  return [name.replace('node_exporter_otlp_', ''), ...Object.values(labels as object)].join(' ');
}

test('RetryQueue sends one push at a time, in order', async () => {
  const responses: (() => void)[] = [];
  const { queue, sent, add, settle } = createQueue({
    respond: () => new Promise((resolve) => responses.push(() => resolve(SUCCESS))),
  });
  add('a', 'b');
  await settle();
  assert.deepEqual(sent, ['a']);
  responses.shift()?.();
  await settle();
  add('c');
  await settle();
  assert.deepEqual(sent, ['a', 'b']);
  responses.shift()?.();
  await settle();
  responses.shift()?.();
  await queue.stop(10_000);
  assert.deepEqual(sent, ['a', 'b', 'c']);
});

test('RetryQueue sends queued pushes oldest first when the Collector is back, and logs the failure and the recovery once', async () => {
  let isUnreachable = true;
  const { sent, log, add, settle, resume, figures } = createQueue({
    respond: () => (isUnreachable ? UNREACHABLE : SUCCESS),
  });
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
  isUnreachable = false;
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
    'warn: Cannot push to http://collector:4318/v1/metrics: connection refused; up to 100 pushes wait for a retry',
    'info: Pushing to http://collector:4318/v1/metrics again: 2 pushes still queued',
  ]);
});

test('RetryQueue drops the oldest push when it is full, and counts its data points', async () => {
  let isUnreachable = true;
  const { sent, lost, add, settle, resume, figures } = createQueue({
    respond: () => (isUnreachable ? UNREACHABLE : SUCCESS),
    size: 3,
  });
  add('a');
  await settle();
  add('b', 'c', 'd', 'e');
  assert.equal(figures()['queue_length'], 3);
  assert.equal(figures()['dropped_points_total'], 20);
  isUnreachable = false;
  await resume();
  assert.deepEqual(sent, ['a', 'c', 'd', 'e']);
  assert.deepEqual(lost, ['a', 'b']);
});

test('RetryQueue drops a push that returns to a full queue, because it is the oldest', async () => {
  const { promise, resolve } = Promise.withResolvers<ExportResponse>();
  const { sent, add, settle, resume, figures } = createQueue({
    respond: (_name, { length }) => (length === 1 ? promise : SUCCESS),
    size: 2,
  });
  add('a', 'b', 'c');
  await settle();
  resolve(UNREACHABLE);
  await settle();
  assert.equal(figures()['dropped_points_total'], 10);
  await resume();
  assert.deepEqual(sent, ['a', 'b', 'c']);
});

test('RetryQueue doubles its pauses up to 30 seconds, and starts again after a success', async () => {
  let isUnreachable = true;
  const { pauses, add, settle, resume } = createQueue({ respond: () => (isUnreachable ? UNREACHABLE : SUCCESS) });
  add('a');
  await settle();
  for (let index = 0; index < 6; index += 1) await resume();
  isUnreachable = false;
  await resume();
  isUnreachable = true;
  add('b');
  await settle();
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000]);
});

test('RetryQueue shortens pauses at random', async () => {
  const { pauses, add, settle, resume } = createQueue({ respond: () => UNREACHABLE, random: 0.5 });
  add('a');
  await settle();
  await resume();
  assert.deepEqual(pauses, [750, 1500]);
});

test('RetryQueue pauses for the time that the Collector requests, within limits', async () => {
  const requested = [30_000, 0, 1e12];
  const { pauses, add, settle, resume } = createQueue({
    respond: () => ({ status: 'retryable', reason: '503', retryInMillis: requested.shift() ?? 0 }),
  });
  add('a');
  await settle();
  await resume();
  await resume();
  assert.deepEqual(pauses, [30_000, 500, 3_600_000]);
});

test('RetryQueue drops pushes after a final failure, and logs the failure once', async () => {
  let response: ExportResponse = UNAUTHORIZED;
  const { sent, pauses, log, lost, add, settle, figures } = createQueue({ respond: () => response });
  add('a', 'b', 'c');
  await settle();
  assert.deepEqual([sent, pauses], [['a', 'b', 'c'], []]);
  assert.equal(figures()['queue_length'], 0);
  assert.equal(figures()['exports_total failure'], 3);
  assert.equal(figures()['dropped_points_total'], 30);
  assert.deepEqual(lost, ['a', 'b', 'c']);
  response = SUCCESS;
  add('d');
  await settle();
  assert.deepEqual(log, [
    'error: Cannot push to http://collector:4318/v1/metrics: 401 Unauthorized; rejected pushes are dropped',
    'info: Pushing to http://collector:4318/v1/metrics again: 0 pushes still queued',
  ]);
});

test('RetryQueue counts at most the data points of the push as rejected', async () => {
  const { add, settle, lost, figures } = createQueue({
    respond: () => ({ status: 'success', rejected: 2 ** 40, message: '' }),
  });
  add('a');
  await settle();
  assert.equal(figures()['dropped_points_total'], 10);
  assert.deepEqual(lost, []);
});

test('RetryQueue counts rejected data points, and logs the reason once', async () => {
  const { log, add, settle, figures } = createQueue({
    respond: () => ({ status: 'success', rejected: 4, message: 'too old' }),
  });
  add('a', 'b');
  await settle();
  assert.equal(figures()['dropped_points_total'], 8);
  assert.equal(figures()['exports_total success'], 2);
  assert.deepEqual(log, ['warn: Collector http://collector:4318/v1/metrics rejected 4 data points: "too old"']);
});

test('stop() ends a pause and sends the queued pushes once more', async () => {
  let isUnreachable = true;
  const { queue, sent, log, add, settle } = createQueue({ respond: () => (isUnreachable ? UNREACHABLE : SUCCESS) });
  add('a', 'b');
  await settle();
  isUnreachable = false;
  await queue.stop(10_000);
  assert.deepEqual(sent, ['a', 'a', 'b']);
  assert.equal(log.length, 2);
});

test('stop() repeats the attempt that was running', async () => {
  const { promise, resolve } = Promise.withResolvers<ExportResponse>();
  const { queue, sent, add, settle } = createQueue({
    respond: (_name, { length }) => (length === 1 ? promise : SUCCESS),
  });
  add('a', 'b');
  await settle();
  const stopped = queue.stop(10_000);
  resolve(UNREACHABLE);
  await stopped;
  assert.deepEqual(sent, ['a', 'a', 'b']);
});

test('stop() logs how many pushes were not delivered', async () => {
  const { queue, log, add, settle } = createQueue({ respond: () => UNREACHABLE });
  add('a', 'b');
  await settle();
  await queue.stop(10_000);
  assert.equal(log.at(-1), 'warn: Stopping with 2 pushes not delivered to http://collector:4318/v1/metrics');
});

test('stop() returns after its timeout', async () => {
  const { queue, log, add } = createQueue({ respond: () => new Promise(() => undefined) });
  add('a');
  await queue.stop(1);
  assert.deepEqual(log, ['warn: Stopping with 1 push not delivered to http://collector:4318/v1/metrics']);
});

test('RetryQueue holds at most 64 MiB', async () => {
  const { queue, settle, figures } = createQueue({ respond: () => UNREACHABLE });
  for (let index = 0; index < 10; index += 1) {
    queue.add({ body: Buffer.alloc(16 * 1024 * 1024), points: 1, onLost: () => undefined });
  }
  await settle();
  assert.equal(figures()['queue_length'], 4);
  assert.equal(figures()['dropped_points_total'], 6);
});
