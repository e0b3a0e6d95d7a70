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

interface RunningPass {
  readonly runs: readonly CollectorRun[];
  readonly pass: Promise<Pass>;
  /** The deadline of the reads, which is the earliest deadline of all requests that share the pass. */
  readonly reads: { end: number };
}

export interface GathererOptions {
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly selfMetrics: readonly SelfMetrics[];
  /** Default: label values of any length. */
  readonly labelLimit?: LabelLimit;
  /** Called once per pass for each collector, with the result of the collector. */
  readonly observe: (result: CollectorResult) => void;
  /** Returns the name of a family in the output. Default: the declared name. */
  readonly nameOf?: (family: AnyFamily) => string;
}

/**
 * Runs passes. A pass calls each collector once, in order, and ends when all collectors have ended or its deadline has
 * passed. A collector that fails does not affect other collectors. No pass contains a series twice. Requests for the same
 * collectors and the same convention share a running pass.
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
  readonly #labelCache: LabelCache;
  /** One check for each convention, because the label cache has different label sets for each convention. */
  readonly #uniqueSeries = { prometheus: new UniqueSeries(), semconv: new UniqueSeries() };
  readonly #running = new Map<string, RunningPass>();
  /** Runs that have not ended by the deadline of their pass. Until they end, their collectors are not started again. */
  readonly #overdue = new Set<CollectorRun>();

  constructor(options: GathererOptions) {
    const { host, collectors, selfMetrics, labelLimit, observe, nameOf = ({ name }) => name } = options;
    this.#host = host;
    this.collectors = collectors.filter((collector) => supports(collector, 'prometheus'));
    this.#all = collectors;
    this.#selfMetrics = selfMetrics;
    this.#labelCache = new LabelCache(labelLimit);
    this.#selfFamilies = selfMetrics.flatMap(({ families }) => families);
    this.#observe = observe;
    this.#nameOf = nameOf;
  }

  /** Runs a pass. The promise never rejects: errors are in the results. Callers that share a pass get the same object. */
  async gather({ convention = 'prometheus', only, deadline }: GatherRequest): Promise<Pass> {
    const key = `${convention} ${only === undefined ? '*' : [...only].sort().join()}`;
    const shared = this.#running.get(key);
    if (shared !== undefined) {
      // A device that hangs must not cost the other values of its collector, which is not complete before all reads end.
      shared.reads.end = Math.min(shared.reads.end, deadline);
      return (await withDeadline(shared.pass, deadline)) ?? this.#toPass(shared.runs, convention);
    }

    const collectors = this.#all.filter(
      (collector) => (only?.has(collector.name) ?? true) && supports(collector, convention),
    );
    const reads = { end: deadline };
    const host = this.#host.forPass(() => reads.end);
    const runs = collectors.map((collector) => this.#start(collector, host, convention));
    const pass = this.#finish(runs, deadline, convention);
    this.#running.set(key, { runs, pass, reads });
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
    return this.#toPass(runs, convention, this.#observe);
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
