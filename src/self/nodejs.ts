import { type PerformanceEntry, PerformanceObserver, constants as performanceConstants } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { SelfMetrics } from '../collection/pass.ts';
import { HistogramBuckets } from '../metrics/histogram-buckets.ts';
import { gauge, histogram } from '../metrics/metric.ts';

const gcDuration = histogram(
  'nodejs_gc_duration_seconds',
  'Duration of the garbage collections of the exporter by kind (major, minor, incremental, weakcb), in seconds.',
  ['kind'],
);
const eventLoopLag = gauge(
  'nodejs_eventloop_lag_seconds',
  'Event loop lag of the exporter at the previous scrape, in seconds.',
);
const heapUsed = gauge('nodejs_heap_size_used_bytes', "Used part of the exporter's JavaScript heap, in bytes.");
const heapTotal = gauge('nodejs_heap_size_total_bytes', "Allocated size of the exporter's JavaScript heap, in bytes.");
const version = gauge('nodejs_version_info', 'Version of Node.js that runs the exporter, as labels; always 1.', [
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

/** Returns the metrics about Node.js. They have the same names as in prom-client, the Prometheus client library. */
export function nodejsMetrics(): SelfMetrics {
  const durationsByKind = observeGarbageCollections();
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  let lagSeconds = 0;
  return {
    families: [gcDuration, eventLoopLag, heapUsed, heapTotal, version],
    report(emit) {
      for (const [kind, durations] of durationsByKind) emit(gcDuration, durations.value, { kind });
      emit(eventLoopLag, lagSeconds);
      const reportedAt = performance.now();
      setImmediate(() => {
        lagSeconds = (performance.now() - reportedAt) / 1000;
      });
      const { used_heap_size: used, total_heap_size: total } = getHeapStatistics();
      emit(heapUsed, used);
      emit(heapTotal, total);
      emit(version, 1, { version: process.version, major, minor, patch });
    },
  };
}

function observeGarbageCollections(): ReadonlyMap<string, HistogramBuckets> {
  const durationsByKind = new Map(Object.values(GC_KINDS).map((kind) => [kind, new HistogramBuckets(GC_BOUNDS)]));
  new PerformanceObserver((list) => {
    // Every `gc` entry has the property `detail`, but the types do not declare it:
    // https://nodejs.org/api/perf_hooks.html#garbage-collection-gc-details
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
      const { duration, detail } = entry;
      durationsByKind.get(GC_KINDS[detail.kind] ?? '')?.observe(duration / 1000);
    }
  }).observe({ entryTypes: ['gc'] });
  return durationsByKind;
}
