/**
 * What `import … from 'otel-node-exporter'` gives: the words for metrics and collectors, and whole exporters.
 */
import type { ExporterOptions, RunningExporter } from './cli/exporter-options.ts';
import type { Flags } from './flags/flag.ts';

export type { ExporterOptions, RunningExporter } from './cli/exporter-options.ts';
export { type CollectorDefinition, defineCollector, forEachItem } from './collection/collector.ts';
export type { CustomCollector as Collector } from './custom/custom-collector.ts';
export {
  choice,
  duration,
  type Flag,
  type FlagValues,
  integer,
  pattern,
  secret,
  text,
  texts,
  toggle,
} from './flags/flag.ts';
export { AbsentError } from './host/errors.ts';
export type { Host } from './host/host.ts';
export { type Counter, counter } from './instruments/counter.ts';
export { type Gauge, gauge } from './instruments/gauge.ts';
export { type Histogram, type HistogramOptions, histogram } from './instruments/histogram.ts';
export { type Summary, type SummaryOptions, summary } from './instruments/summary.ts';
export {
  type AnyFamily,
  type Attributes,
  type Emit,
  type Family,
  type HistogramValue,
  type Labels,
  labelsOf,
  type SummaryValue,
  semconv,
} from './metrics/metric.ts';

/**
 * Starts an exporter of one's own: with its metrics for Prometheus, landing page, health, readiness, flags and an end at a
 * signal. When the command line only asks for a text (`--help`), or is wrong, that is written and the process ends.
 *
 * @example
 * await createExporter({ name: 'queue_exporter', namespace: 'queue', port: 9999, collectors: [queue] });
 */
// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export async function createExporter<F extends Flags = {}>(options: ExporterOptions<F>): Promise<RunningExporter> {
  // Loaded only now: most modules that import the library want its words alone.
  const { startExporter } = await import('./cli/create-exporter.ts');
  return startExporter(options, import.meta.url);
}
