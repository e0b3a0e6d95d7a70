import type { Host } from '../host/host.ts';
import type { Convention } from '../metrics/metric.ts';
import { withDeadline } from '../util/deadline.ts';
import type { Collector } from './collector.ts';
import { CollectorRun } from './collector-run.ts';
import { LabelCache } from './label-cache.ts';
import type { LabelLimit } from './label-limit.ts';
import { type CollectorResult, createPass, type Pass, type SelfMetrics } from './pass.ts';
import { belongsTo, SampleBuffer } from './sample-buffer.ts';

export interface GatherRequest {
  /** Naming convention of the pass. Default: `prometheus`. */
  readonly convention?: Convention;
  /** Names of the collectors to run. Default: all collectors. */
  readonly only?: ReadonlySet<string>;
  /** The time by which the pass must be complete, on the clock of `performance.now()`. */
  readonly deadline: number;
}

export interface GathererOptions {
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly selfMetrics: readonly SelfMetrics[];
  /** Default: label values of any length. */
  readonly labelLimit?: LabelLimit;
  /** Called once per pass for each collector, with the result of the collector. */
  readonly observe: (result: CollectorResult) => void;
}

/** Unix time in seconds at which this process started. The counters of the self metrics start at this time. */
const PROCESS_START = performance.timeOrigin / 1000;

/**
 * Runs passes. A pass calls each collector once, in order, and ends when all collectors have ended or its deadline has
 * passed. A collector that fails does not affect other collectors. Requests for the same collectors and the same convention
 * share a running pass.
 */
export class Gatherer {
  /** The collectors that run in scrapes. */
  readonly collectors: readonly Collector[];
  readonly #all: readonly Collector[];
  readonly #host: Host;
  readonly #selfMetrics: readonly SelfMetrics[];
  readonly #observe: (result: CollectorResult) => void;
  readonly #labelCache: LabelCache;
  readonly #running = new Map<string, { readonly runs: readonly CollectorRun[]; readonly pass: Promise<Pass> }>();
  /** Runs that have not ended by the deadline of their pass. Until they end, their collectors are not started again. */
  readonly #overdue = new Set<CollectorRun>();

  constructor({ host, collectors, selfMetrics, labelLimit, observe }: GathererOptions) {
    this.#host = host;
    this.collectors = collectors.filter((collector) => supports(collector, 'prometheus'));
    this.#all = collectors;
    this.#selfMetrics = selfMetrics;
    this.#labelCache = new LabelCache(labelLimit);
    this.#observe = observe;
  }

  /** Runs a pass. The promise never rejects: errors are in the results. Callers that share a pass get the same object. */
  async gather({ convention = 'prometheus', only, deadline }: GatherRequest): Promise<Pass> {
    const key = `${convention} ${only === undefined ? '*' : [...only].sort().join()}`;
    const shared = this.#running.get(key);
    if (shared !== undefined)
      return (await withDeadline(shared.pass, deadline)) ?? this.#toPass(shared.runs, convention);

    const collectors = this.#all.filter(
      (collector) => (only?.has(collector.name) ?? true) && supports(collector, convention),
    );
    const host = this.#host.forPass(deadline);
    const runs = collectors.map((collector) => this.#start(collector, host, convention));
    const pass = this.#finish(runs, deadline, convention);
    this.#running.set(key, { runs, pass });
    try {
      return await pass;
    } finally {
      this.#running.delete(key);
    }
  }

  #start(collector: Collector, host: Host, convention: Convention): CollectorRun {
    for (const run of this.#overdue) {
      if (run.collector === collector) return CollectorRun.rejectOverlap(collector, convention);
    }
    const sequence = this.#labelCache.startRun(convention, collector);
    return CollectorRun.start(collector, host, new SampleBuffer(convention, { sequence }));
  }

  async #finish(runs: readonly CollectorRun[], deadline: number, convention: Convention): Promise<Pass> {
    const unfinished = () => runs.filter(({ result }) => result === undefined);
    if (unfinished().length > 0) await withDeadline(Promise.all(runs.map(({ settled }) => settled)), deadline);
    for (const run of unfinished()) {
      this.#overdue.add(run);
      void run.settled.then(() => this.#overdue.delete(run));
    }
    for (const run of runs) this.#observe(run.result ?? run.timedOut());
    return this.#toPass(runs, convention);
  }

  #toPass(runs: readonly CollectorRun[], convention: Convention): Pass {
    const results = runs.map((run) => run.result ?? run.timedOut());
    const sequence = this.#labelCache.startRun(convention, this);
    const buffer = new SampleBuffer(convention, { sequence, startTime: PROCESS_START });
    for (const selfMetrics of this.#selfMetrics) selfMetrics.report(buffer.emit, results);
    return createPass(results, buffer.finish());
  }
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
