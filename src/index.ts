/** The public API of the library: metrics, custom collectors, and custom exporters. */
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
 * Starts a custom exporter: an HTTP server for its metrics, a landing page and health probes. If a flag enables the push,
 * the exporter also pushes its metrics by OTLP. SIGTERM and SIGINT stop the exporter.
 *
 * Does not return if the command line requests a text (`--help`, `--version`, `--config.print`, `--config.check`) or a
 * health check. The process then ends with code 0. If the exporter cannot start, the process writes the error to standard
 * error and ends with code 2 or 1. Code 2 means an invalid command line, environment or configuration file. Code 1 means
 * any other error.
 *
 * @returns the exporter, after its first pass
 * @example
 * await createExporter({ name: 'queue_exporter', namespace: 'queue', port: 9999, collectors: [queue] });
 */
// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export async function createExporter<F extends Flags = {}>(options: ExporterOptions<F>): Promise<RunningExporter> {
  // This file is loaded on demand, because most programs and modules that import the library never call createExporter().
  const { startExporter } = await import('./cli/create-exporter.ts');
  return startExporter(options, import.meta.url);
}
