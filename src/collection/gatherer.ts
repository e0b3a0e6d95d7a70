import type { Host } from '../host/host.ts';
import type { AnyFamily, Convention } from '../metrics/metric.ts';
import { withDeadline } from '../util/deadline.ts';
import { processStart } from '../util/process-start.ts';
import type { Collector } from './collector.ts';
import { CollectorRun } from './collector-run.ts';
import { LabelCache } from './label-cache.ts';
import type { LabelLimit } from './label-limit.ts';
import { mergeFamilies } from './merge-families.ts';
import type { CollectorResult, Pass, SelfMetrics } from './pass.ts';
import { PassTime } from './pass-time.ts';
import { belongsTo, SampleBuffer } from './sample-buffer.ts';
import { UniqueSeries } from './unique-series.ts';

export interface GatherRequest {
  /** Naming convention of the pass. Default: `prometheus`. */
  readonly convention?: Convention;
  /** Names of the collectors to run. Default: all collectors. */
  readonly only?: ReadonlySet<string>;
  /** The time by which the pass must be complete, on the clock of `performance.now()`. */
  readonly deadline: number;
}

interface StartOptions {
  readonly convention: Convention;
  readonly only: ReadonlySet<string> | undefined;
  readonly deadline: number;
}

interface RunningPass {
  readonly runs: readonly CollectorRun[];
  readonly pass: Promise<Pass>;
  readonly time: PassTime;
  /** Passes with the results of some of the collectors, by the names of the collectors. */
  readonly subsets: Map<string, Promise<Pass>>;
}

/**
 * Maximum number of passes with a subset of the collectors that run at the same time. Requests for other subsets share one
 * pass with all collectors.
 */
const MAX_SUBSET_PASSES = 2;

/**
 * A caller with less time than this must not make the collectors fail for the other callers of its pass. Prometheus rarely has
 * a scrape timeout of less than a second.
 */
const MIN_PASS_MS = 800;

/** Key of a pass with all collectors. No collector has this name. */
const ALL = '*';

/**
 * Time in milliseconds that a caller waits after its deadline, so that it gets the result of a pass that ends at the
 * deadline.
 */
const GRACE_MS = 10;

export interface GathererOptions {
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly selfMetrics: readonly SelfMetrics[];
  /** Limit for the size of label values. Default: no limit. */
  readonly labelLimit?: LabelLimit;
  /** Called once per pass for each collector, with the result of the collector. */
  readonly observe: (result: CollectorResult) => void;
  /** Returns the name of a family in the output. Default: the declared name. */
  readonly nameOf?: (family: AnyFamily) => string;
  /** Time in milliseconds that a pass may use if all its callers have less time. Default: 800. */
  readonly minPassMs?: number;
}

/**
 * Runs passes. A pass calls each collector once, in order, and ends when all collectors have ended or its deadline has
 * passed. A collector that fails does not affect other collectors. No pass contains a series twice. Requests for the same
 * convention share a running pass if it runs their collectors.
 */
export class Gatherer {
  /** The collectors that run in scrapes. */
  readonly collectors: readonly Collector[];
  readonly #all: readonly Collector[];
  readonly #host: Host;
  readonly #selfMetrics: readonly SelfMetrics[];
  readonly #selfFamilies: readonly AnyFamily[];
  readonly #observe: (result: CollectorResult) => void;
  readonly #nameOf: (family: AnyFamily) => string;
  readonly #minPassMs: number;
  readonly #labelCache: LabelCache;
  /** One check for each convention, because the label cache has different label sets for each convention. */
  readonly #uniqueSeries = { prometheus: new UniqueSeries(), semconv: new UniqueSeries() };
  /** Running passes by the names of their collectors. */
  readonly #running = { prometheus: new Map<string, RunningPass>(), semconv: new Map<string, RunningPass>() };
  /** Runs that have not ended by the deadline of their pass. Until they end, their collectors are not started again. */
  readonly #overdue = new Set<CollectorRun>();

  constructor({
    host,
    collectors,
    selfMetrics,
    labelLimit,
    observe,
    nameOf = ({ name }) => name,
    minPassMs = MIN_PASS_MS,
  }: GathererOptions) {
    this.#host = host;
    this.collectors = collectors.filter((collector) => supports(collector, 'prometheus'));
    this.#all = collectors;
    this.#selfMetrics = selfMetrics;
    this.#labelCache = new LabelCache(labelLimit);
    this.#selfFamilies = selfMetrics.flatMap(({ families }) => families);
    this.#observe = observe;
    this.#nameOf = nameOf;
    this.#minPassMs = minPassMs;
  }

  /**
   * Returns the results of the collectors. The promise never rejects, because errors are in the results. A caller whose
   * deadline is before the end of the pass gets the results so far. Other callers for the same collectors get the same object.
   */
  async gather({ convention = 'prometheus', only, deadline }: GatherRequest): Promise<Pass> {
    const running = this.#running[convention];
    const shared = running.get(keyOf(only)) ?? running.get(ALL) ?? this.#startPass({ convention, only, deadline });
    shared.time.addCaller(deadline);
    const isWhole = only === undefined || running.get(keyOf(only)) === shared;
    const runs = isWhole ? shared.runs : shared.runs.filter(({ collector }) => only.has(collector.name));
    const pass = isWhole ? shared.pass : this.#finishSubset(shared, keyOf(only), { runs, convention });
    return (await withDeadline(pass, deadline + GRACE_MS)) ?? this.#toPass(runs, convention);
  }

  #startPass({ convention, only, deadline }: StartOptions): RunningPass {
    const running = this.#running[convention];
    if (only !== undefined && running.size >= MAX_SUBSET_PASSES) {
      return this.#startPass({ convention, only: undefined, deadline });
    }
    const time = new PassTime(performance.now() + this.#minPassMs);
    time.addCaller(deadline);
    const host = this.#host.forPass(() => time.readsEnd);
    const runs = this.#all
      .filter((collector) => (only?.has(collector.name) ?? true) && supports(collector, convention))
      .map((collector) => this.#start(collector, host, convention));
    const key = keyOf(only);
    const pass = this.#finish(runs, time, convention).finally(() => running.delete(key));
    const started = { runs, pass, time, subsets: new Map() };
    running.set(key, started);
    return started;
  }

  #start(collector: Collector, host: Host, convention: Convention): CollectorRun {
    for (const run of this.#overdue) {
      if (run.collector === collector) return CollectorRun.rejectOverlap(collector, convention);
    }
    const sequence = this.#labelCache.startRun(convention, collector);
    return CollectorRun.start(collector, host, new SampleBuffer(convention, { sequence }));
  }

  async #finish(runs: readonly CollectorRun[], time: PassTime, convention: Convention): Promise<Pass> {
    const unfinished = () => runs.filter(({ result }) => result === undefined);
    const settled = Promise.all(runs.map((run) => run.settled));
    // A caller that comes later can move the end of the pass.
    while (unfinished().length > 0 && performance.now() < time.end) await withDeadline(settled, time.end);
    for (const run of unfinished()) {
      this.#overdue.add(run);
      void run.settled.then(() => this.#overdue.delete(run));
    }
    return this.#toPass(runs, convention, this.#observe);
  }

  /** Returns the results of some of the collectors of a pass. Callers for the same collectors get the same object. */
  #finishSubset(
    { pass, subsets }: RunningPass,
    key: string,
    { runs, convention }: { readonly runs: readonly CollectorRun[]; readonly convention: Convention },
  ): Promise<Pass> {
    const finished =
      subsets.get(key) ??
      Promise.race([pass, Promise.all(runs.map(({ settled }) => settled))]).then(() => this.#toPass(runs, convention));
    subsets.set(key, finished);
    return finished;
  }

  #toPass(runs: readonly CollectorRun[], convention: Convention, observe?: GathererOptions['observe']): Pass {
    const { results, families } = mergeFamilies(
      runs.map((run) => run.result ?? run.timedOut()),
      {
        selfFamilies: this.#selfFamilies,
        uniqueSeries: this.#uniqueSeries[convention],
        nameOf: this.#nameOf,
      },
    );
    for (const result of results) observe?.(result);
    const sequence = this.#labelCache.startRun(convention, this);
    const buffer = new SampleBuffer(convention, { sequence, startTime: processStart.read() });
    for (const selfMetrics of this.#selfMetrics) selfMetrics.report(buffer.emit, results);
    return { results, families: [...families, ...buffer.finish()], failed: isFailed(results) };
  }
}

function keyOf(only: ReadonlySet<string> | undefined): string {
  return only === undefined ? ALL : [...only].sort().join();
}

/** Returns whether no collector succeeded, no collector emitted a sample, and at least one collector failed. */
function isFailed(results: readonly CollectorResult[]): boolean {
  const states = results.map(({ state }) => state);
  return states.includes('failed') && !states.includes('ok') && results.every((result) => result.families.length === 0);
}

/** Returns whether a collector runs in passes of a convention. */
function supports(collector: Collector, convention: Convention): boolean {
  if (collector.convention !== undefined && collector.convention !== convention) return false;
  const { families, dynamicFamilies = [] } = collector;
  // A scrape also runs collectors without families, because the exposition reports whether each collector succeeded.
  return (
    convention === 'prometheus' || [...families, ...dynamicFamilies].some((family) => belongsTo(family, convention))
  );
}
