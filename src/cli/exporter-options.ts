import type { CollectorDefinition } from '../collection/collector.ts';
import type { CustomCollector } from '../custom/custom-collector.ts';
import type { Flags, FlagValues } from '../flags/flag.ts';
import type { Instrument } from '../instruments/instrument.ts';

// biome-ignore lint/complexity/noBannedTypes: no flags is an empty record, and its values an empty object
export interface ExporterOptions<F extends Flags = {}> {
  /** What it calls itself: on its page, in its log, as the name of its service. */
  readonly name: string;
  /** A sentence for its page. */
  readonly description?: string;
  /** Default: `0.0.0`. */
  readonly version?: string;
  /** The leading word of its metrics: `redis` for `redis_up`. */
  readonly namespace: string;
  /** Where it listens when no flag says so. */
  readonly port: number;
  /** Its own flags by full name, beside those that every exporter has: `redis.address`. */
  readonly flags?: F;
  /** The families whose values the program keeps itself, with `inc`, `observe` and `set`. */
  readonly metrics?: readonly Instrument[];
  /** What collects at each scrape. */
  readonly collectors?: readonly Collecting[] | ((flags: FlagValues<F>) => readonly Collecting[]);
  /**
   * What collects from one target of `/scrape?target=…`. Only what the flag `--scrape.target` allows can be a target.
   */
  readonly targets?: (target: string, flags: FlagValues<F>) => readonly CustomCollector[];
  /** Default: what the process was started with. */
  readonly argv?: readonly string[];
}

type Collecting = CustomCollector | CollectorDefinition;

export interface RunningExporter {
  /** Where it listens. */
  readonly urls: readonly string[];
  /** Lets running scrapes end, and listens no longer. */
  stop(): Promise<void>;
}
