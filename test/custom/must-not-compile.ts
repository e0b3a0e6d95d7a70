/**
 * Code that must not compile: below each `@ts-expect-error` the compiler has to find a mistake, or `npm run types` fails.
 * Nothing here runs.
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

export function emitBadly(emit: Emit): void {
  emit(depth, 1, { queue: 'mail' });
  // @ts-expect-error: a label left out
  emit(depth, 1, {});
  // @ts-expect-error: all labels left out
  emit(depth, 1);
  // @ts-expect-error: one label of two left out
  emit(requests, 1, { code: '200' });
  // @ts-expect-error: one label too many
  emit(depth, 1, { queue: 'mail', host: 'a' });
  // @ts-expect-error: a label of a family that has none
  emit(errors, 1, { code: '500' });
  // @ts-expect-error: a misspelt label
  emit(depth, 1, { quue: 'mail' });
  // @ts-expect-error: a label that is no text
  emit(depth, 1, { queue: 7 });
  // @ts-expect-error: a text for a number
  emit(depth, '1', { queue: 'mail' });
  // @ts-expect-error: a number for a distribution
  emit(waits, 1, { queue: 'mail' });
  // @ts-expect-error: a distribution for a summary
  emit(sizes, { bounds: [1], counts: [1], sum: 1, count: 1 }, { queue: 'mail' });
  // @ts-expect-error: an attribute left out
  emit(io, 1, {});
}

export function countBadly(): void {
  requests.inc({ code: '200', method: 'get' });
  requests.inc(2, { code: '200', method: 'get' });
  errors.inc();
  errors.inc(2);
  // @ts-expect-error: all labels left out
  requests.inc();
  // @ts-expect-error: all labels left out
  requests.inc(2);
  // @ts-expect-error: a label left out
  requests.inc({ code: '200' });
  // @ts-expect-error: one too many
  requests.inc({ code: '200', method: 'get', host: 'a' });
  // @ts-expect-error: misspelt
  requests.inc({ code: '200', methd: 'get' });
  // @ts-expect-error: a number
  requests.inc({ code: 200, method: 'get' });
  // @ts-expect-error: labels of a counter that has none
  errors.inc({ code: '500' });
  // @ts-expect-error: a label left out of what is removed
  requests.remove({ code: '200' });
}

export function observeBadly(): void {
  waits.observe(1, { queue: 'mail' });
  // @ts-expect-error: the label left out
  waits.observe(1);
  // @ts-expect-error: misspelt
  sizes.observe(1, { quue: 'mail' });
  // @ts-expect-error: the label first
  sizes.observe({ queue: 'mail' }, 1);
  // @ts-expect-error: a text for a number
  depth.set('1', { queue: 'mail' });
  // @ts-expect-error: a histogram does not count
  waits.inc({ queue: 'mail' });
}

// @ts-expect-error: a collector without a name
export const nameless: Collector = { families: [depth], collect: () => undefined };

// @ts-expect-error: a collector without families
export const empty: Collector = { name: 'queue', collect: () => undefined };

export const ways = [
  createExporter({
    name: 'queue_exporter',
    namespace: 'queue',
    port: 9999,
    flags: { 'queue.path': text('The folder.', 'DIR'), 'queue.most': integer('Most.', 5, { min: 0, max: 9 }) },
    collectors: (flags) => {
      const path: string = flags['queue.path'];
      const most: number = flags['queue.most'];
      // @ts-expect-error: a flag that was not declared
      const other: unknown = flags['queue.other'];
      return [{ name: `${path}${most}${other}`, families: [depth] }];
    },
  }),
  // @ts-expect-error: an exporter without a port
  createExporter({ name: 'queue_exporter', namespace: 'queue' }),
  // @ts-expect-error: a collector where a metric is expected
  createExporter({ name: 'queue_exporter', namespace: 'queue', port: 1, metrics: [{ name: 'a', families: [] }] }),
];
