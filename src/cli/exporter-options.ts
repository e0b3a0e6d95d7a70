import type { CollectorDefinition } from '../collection/collector.ts';
import type { CustomCollector } from '../custom/custom-collector.ts';
import type { Flags, FlagValues } from '../flags/flag.ts';
import type { Instrument } from '../instruments/instrument.ts';

/** Options of a custom exporter. */
// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export interface ExporterOptions<F extends Flags = {}> {
  /**
   * Name of the exporter, such as `redis_exporter`. It appears in messages and on the landing page, and as the resource
   * attribute `service.name`.
   */
  readonly name: string;
  /** One sentence for the landing page. Default: none. */
  readonly description?: string;
  /** Version of the exporter. Default: `0.0.0`. */
  readonly version?: string;
  /**
   * Prefix of the metric names, for example `redis` in `redis_up`. The flag `--metrics.namespace` can replace the prefix.
   */
  readonly namespace: string;
  /** Default port. The exporter listens on all addresses of the host. */
  readonly port: number;
  /** Additional flags of this exporter. The keys are full names, for example `redis.address`. */
  readonly flags?: F;
  /** Instruments of this program: counters, gauges, histograms and summaries. */
  readonly metrics?: readonly Instrument[];
  /**
   * Collectors that run in every scrape and push, or a function that creates these collectors from the values of the flags.
   */
  readonly collectors?: readonly AnyCollector[] | ((flags: FlagValues<F>) => readonly AnyCollector[]);
  /**
   * Returns the collectors of one target of `/scrape?target=…`. Called at the start, once for each value of the flag
   * `--scrape.target`. A request for any other target gets status 403.
   */
  readonly targets?: (target: string, flags: FlagValues<F>) => readonly CustomCollector[];
  /** Arguments of the command line. Default: the arguments of this process. */
  readonly argv?: readonly string[];
}

/** A collector, or the definition of a collector with flags. */
type AnyCollector = CustomCollector | CollectorDefinition;

export interface RunningExporter {
  /** URLs of the listeners, for example `http://[::]:9121`. */
  readonly urls: readonly string[];
  /** Stops the listeners and the push. Waits for up to 1.5 seconds until running scrapes and a last push have ended. */
  stop(): Promise<void>;
}
