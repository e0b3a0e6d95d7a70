import type { CollectorDefinition } from '../collection/collector.ts';
import type { CustomCollector } from '../custom/custom-collector.ts';
import type { Flags, FlagValues } from '../flags/flag.ts';
import type { Instrument } from '../instruments/instrument.ts';

/** Options of a custom exporter. */
// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export interface ExporterOptions<F extends Flags = {}> {
  /** Name of the exporter, such as `redis_exporter`: for messages, the landing page and the attribute `service.name`. */
  readonly name: string;
  /** One sentence for the landing page. Default: none. */
  readonly description?: string;
  /** Version of the exporter. Default: `0.0.0`. */
  readonly version?: string;
  /** Prefix of the metric names: `redis` in `redis_up`. The flag `--metrics.namespace` can replace the prefix. */
  readonly namespace: string;
  /** Port on which the exporter listens by default, at all addresses of the host. */
  readonly port: number;
  /** Additional flags of this exporter, by full name: `redis.address`. */
  readonly flags?: F;
  /** Instruments of this program: counters, gauges, histograms and summaries. */
  readonly metrics?: readonly Instrument[];
  /**
   * Collectors that run in every scrape and push, or a function that creates these collectors from the values of the flags.
   */
  readonly collectors?: readonly AnyCollector[] | ((flags: FlagValues<F>) => readonly AnyCollector[]);
  /**
   * Returns the collectors of one target for `/scrape?target=…`. Called at the start, once for each value of the flag
   * `--scrape.target`; other targets are rejected with status 403.
   */
  readonly targets?: (target: string, flags: FlagValues<F>) => readonly CustomCollector[];
  /** Arguments of the command line. Default: the arguments of this process. */
  readonly argv?: readonly string[];
}

/** A collector, or the definition of a collector with flags. */
type AnyCollector = CustomCollector | CollectorDefinition;

export interface RunningExporter {
  /** URLs of the listeners: `http://[::]:9121`. */
  readonly urls: readonly string[];
  /** Stops the listeners and the push. Waits up to 1.5 seconds for running scrapes and for a last push. */
  stop(): Promise<void>;
}
