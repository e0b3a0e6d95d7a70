import { type PerformanceEntry, PerformanceObserver, constants as performanceConstants } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { SelfMetrics } from '../collection/pass.ts';
import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { gauge, histogram } from '../metrics/metric.ts';

const gcDuration = histogram('nodejs_gc_duration_seconds', 'How long garbage collections took, by kind.', ['kind']);
const lag = gauge('nodejs_eventloop_lag_seconds', 'How late the event loop was when the scrape before this one asked.');
const heapUsed = gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use, in bytes.');
const heapTotal = gauge('nodejs_heap_size_total_bytes', 'JavaScript heap allocated, in bytes.');
const version = gauge('nodejs_version_info', 'Which Node.js runs the exporter; always 1.', [
  'version',
  'major',
  'minor',
  'patch',
]);

const GC_BOUNDS = [0.001, 0.01, 0.1, 1];
const GC_KINDS: Readonly<Record<number, string>> = {
  [performanceConstants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [performanceConstants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [performanceConstants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [performanceConstants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

export function nodejsMetrics(): SelfMetrics {
  const collections = observeGarbageCollections();
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  let lagSeconds = 0;
  return {
    families: [gcDuration, lag, heapUsed, heapTotal, version],
    report(emit) {
      for (const [kind, durations] of collections) emit(gcDuration, durations.value, { kind });
      emit(lag, lagSeconds);
      const asked = performance.now();
      setImmediate(() => {
        lagSeconds = (performance.now() - asked) / 1000;
      });
      const { used_heap_size: used, total_heap_size: total } = getHeapStatistics();
      emit(heapUsed, used);
      emit(heapTotal, total);
      emit(version, 1, { version: process.version, major, minor, patch });
    },
  };
}

function observeGarbageCollections(): ReadonlyMap<string, HistogramBuckets> {
  const collections = new Map(Object.values(GC_KINDS).map((kind) => [kind, new HistogramBuckets(GC_BOUNDS)]));
  new PerformanceObserver((list) => {
    // What the types do not say: a `gc` entry carries its kind. https://nodejs.org/api/perf_hooks.html
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
      const { duration, detail } = entry;
      collections.get(GC_KINDS[detail.kind] ?? '')?.observe(duration / 1000);
    }
  }).observe({ entryTypes: ['gc'] });
  return collections;
}
