/**
 * This code must not compile, and it never runs. `npm run types` fails unless the compiler reports an error in the line
 * after each `@ts-expect-error`.
 */
import {
  type Collector,
  counter,
  createExporter,
  type Emit,
  gauge,
  histogram,
  integer,
  semconv,
  summary,
  text,
} from 'otel-node-exporter';

const requests = counter('http_requests_total', 'Requests.', ['code', 'method']);
const errors = counter('errors_total', 'Errors.');
const depth = gauge('queue_depth', 'Jobs.', ['queue']);
const waits = histogram('wait_seconds', 'Waits.', ['queue']);
const sizes = summary('size_bytes', 'Sizes.', ['queue']);
const io = semconv.counter('system.disk.io', 'By', 'Bytes.', ['system.device']);

export function emitWrongly(emit: Emit): void {
  emit(depth, 1, { queue: 'mail' });
  // @ts-expect-error: a missing label
  emit(depth, 1, {});
  // @ts-expect-error: no labels
  emit(depth, 1);
  // @ts-expect-error: one of two labels missing
  emit(requests, 1, { code: '200' });
  // @ts-expect-error: an undeclared label
  emit(depth, 1, { queue: 'mail', host: 'a' });
  // @ts-expect-error: a label for a family without labels
  emit(errors, 1, { code: '500' });
  // @ts-expect-error: a misspelled label
  emit(depth, 1, { quue: 'mail' });
  // @ts-expect-error: a label that is not a string
  emit(depth, 1, { queue: 7 });
  // @ts-expect-error: a string instead of a number
  emit(depth, '1', { queue: 'mail' });
  // @ts-expect-error: a number instead of a histogram
  emit(waits, 1, { queue: 'mail' });
  // @ts-expect-error: a histogram instead of a summary
  emit(sizes, { bounds: [1], counts: [1], sum: 1, count: 1 }, { queue: 'mail' });
  // @ts-expect-error: a missing attribute
  emit(io, 1, {});
}

export function countWrongly(): void {
  requests.inc({ code: '200', method: 'get' });
  requests.inc(2, { code: '200', method: 'get' });
  errors.inc();
  errors.inc(2);
  // @ts-expect-error: no labels
  requests.inc();
  // @ts-expect-error: an amount without labels
  requests.inc(2);
  // @ts-expect-error: a missing label
  requests.inc({ code: '200' });
  // @ts-expect-error: an undeclared label
  requests.inc({ code: '200', method: 'get', host: 'a' });
  // @ts-expect-error: a misspelled label
  requests.inc({ code: '200', methd: 'get' });
  // @ts-expect-error: a label that is a number
  requests.inc({ code: 200, method: 'get' });
  // @ts-expect-error: labels for a counter without labels
  errors.inc({ code: '500' });
  // @ts-expect-error: a missing label of a series to remove
  requests.remove({ code: '200' });
}

export function observeWrongly(): void {
  waits.observe(1, { queue: 'mail' });
  // @ts-expect-error: no labels
  waits.observe(1);
  // @ts-expect-error: a misspelled label
  sizes.observe(1, { quue: 'mail' });
  // @ts-expect-error: the labels before the value
  sizes.observe({ queue: 'mail' }, 1);
  // @ts-expect-error: a string instead of a number
  depth.set('1', { queue: 'mail' });
  // @ts-expect-error: a method that histograms lack
  waits.inc({ queue: 'mail' });
}

// @ts-expect-error: a collector without a name
export const nameless: Collector = { families: [depth], collect: () => undefined };

// @ts-expect-error: a collector without families
export const empty: Collector = { name: 'queue', collect: () => undefined };

export const exporters = [
  createExporter({
    name: 'queue_exporter',
    namespace: 'queue',
    port: 9999,
    flags: {
      'queue.path': text('Directory of the queue.', 'DIR'),
      'queue.max-jobs': integer('Maximum number of jobs.', 5, { min: 0, max: 9 }),
    },
    collectors: (flags) => {
      const path: string = flags['queue.path'];
      const maxJobs: number = flags['queue.max-jobs'];
      // @ts-expect-error: an undeclared flag
      const other: unknown = flags['queue.other'];
      return [{ name: `${path}${maxJobs}${other}`, families: [depth] }];
    },
  }),
  // @ts-expect-error: an exporter without a port
  createExporter({ name: 'queue_exporter', namespace: 'queue' }),
  // @ts-expect-error: a collector instead of an instrument
  createExporter({ name: 'queue_exporter', namespace: 'queue', port: 1, metrics: [{ name: 'a', families: [] }] }),
];
