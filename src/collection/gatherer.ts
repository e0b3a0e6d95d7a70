/**
 * One pass over the collectors: each once, in a fixed order, within a deadline, each on its own. Callers that come
 * while a pass for the same collectors in the same convention is under way share it.
 */

import { AbsentError, type Host } from '../host/host.ts';
import { withoutAbsent } from '../metrics/label-cache.ts';
import type { AnyFamily, Attributes, Convention, Emit, Sample } from '../metrics/metric.ts';
import { NO_LABELS, Samples } from '../metrics/samples.ts';
import { withDeadline } from '../util/deadline.ts';
import type { Collector } from './collector.ts';

/** What was emitted of one family. */
export interface FamilySamples {
  readonly family: AnyFamily;
  readonly samples: Samples;
}

/** What became of one collector in one pass. */
export interface CollectorResult {
  readonly collector: string;
  readonly state: 'ok' | 'absent' | 'failed';
  readonly seconds: number;
  /** Why it failed: one for each thing that did. */
  readonly errors: readonly Error[];
  readonly families: readonly FamilySamples[];
}

/** Families about the pass itself and the program that makes it: not a collector, and never filtered. */
export interface SelfMetrics {
  readonly families: readonly AnyFamily[];
  /** Called once per pass, when its results are known. */
  report(emit: Emit, results: readonly CollectorResult[]): void;
}

/** A finished pass, or what there was of one at a caller's deadline. Never changes. */
export interface Pass {
  /** In the order of the collectors. */
  readonly results: readonly CollectorResult[];
  /** Of all collectors, then of all descriptions; one for each name. */
  readonly families: readonly FamilySamples[];
  /** True when no collector succeeded, at least one failed and none emitted anything: there is nothing to be said. */
  readonly failed: boolean;
}

export interface GatherRequest {
  /** Default: `prometheus`. */
  readonly convention?: Convention;
  /** The names of the collectors to run; all of them when not given. */
  readonly only?: ReadonlySet<string>;
  /** When the answer must be there, as `performance.now()` counts. */
  readonly deadline: number;
}

export interface GathererOptions {
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly selfMetrics: readonly SelfMetrics[];
  /** Hears of every collector's end once per pass. */
  readonly observe: (outcome: CollectorResult) => void;
}

export class Gatherer {
  /** Those that run in scrapes. */
  readonly collectors: readonly Collector[];
  readonly #all: readonly Collector[];
  readonly #host: Host;
  readonly #descriptions: readonly SelfMetrics[];
  readonly #observe: (outcome: CollectorResult) => void;
  readonly #underWay = new Map<string, { readonly runs: readonly CollectorRun[]; readonly pass: Promise<Pass> }>();
  /** Runs that a finished pass left behind: their collectors are not started again before they end. */
  readonly #overdue = new Set<CollectorRun>();

  constructor({ host, collectors, selfMetrics, observe }: GathererOptions) {
    this.#host = host;
    this.collectors = collectors.filter((collector) => supports(collector, 'prometheus'));
    this.#all = collectors;
    this.#descriptions = selfMetrics;
    this.#observe = observe;
  }

  /** Never rejects: what fails is an {@link CollectorResult}. All who share a finished pass get the same object. */
  async gather({ convention = 'prometheus', only, deadline }: GatherRequest): Promise<Pass> {
    const key = `${convention} ${only === undefined ? '*' : [...only].sort().join()}`;
    const shared = this.#underWay.get(key);
    if (shared !== undefined)
      return (await withDeadline(shared.pass, deadline)) ?? this.#toPass(shared.runs, convention);

    const collectors = this.#all.filter(
      (collector) => (only?.has(collector.name) ?? true) && supports(collector, convention),
    );
    const host = this.#host.forPass(deadline);
    const runs = collectors.map((collector) => this.#start(collector, host, convention));
    const pass = this.#finish(runs, deadline, convention);
    this.#underWay.set(key, { runs, pass });
    try {
      return await pass;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #start(collector: Collector, host: Host, convention: Convention): CollectorRun {
    for (const run of this.#overdue) {
      if (run.collector === collector) return new CollectorRun(collector, rejectOverlap, host, convention);
    }
    return new CollectorRun(collector, collector.collect, host, convention);
  }

  async #finish(runs: readonly CollectorRun[], deadline: number, convention: Convention): Promise<Pass> {
    const unfinished = () => runs.filter(({ outcome }) => outcome === undefined);
    if (unfinished().length > 0) await withDeadline(Promise.all(runs.map(({ settled }) => settled)), deadline);
    for (const run of unfinished()) {
      this.#overdue.add(run);
      void run.settled.then(() => this.#overdue.delete(run));
    }
    for (const run of runs) this.#observe(run.outcome ?? run.timedOut());
    return this.#toPass(runs, convention);
  }

  #toPass(runs: readonly CollectorRun[], convention: Convention): Pass {
    const results = runs.map((run) => run.outcome ?? run.timedOut());
    const described = new SampleBuffer(convention, PROCESS_START);
    for (const description of this.#descriptions) description.report(described.emit, results);
    const readings = results.flatMap((outcome) => outcome.families);
    return {
      results,
      families: mergeByName([...readings, ...described.end()]),
      failed:
        readings.length === 0 &&
        results.some(({ state }) => state === 'failed') &&
        !results.some(({ state }) => state === 'ok'),
    };
  }
}

function supports(collector: Collector, convention: Convention): boolean {
  if (collector.convention !== undefined && collector.convention !== convention) return false;
  const { families, dynamicFamilies = [] } = collector;
  // Each pass of scrapes runs them all, those too that say nothing but whether they succeeded.
  return (
    convention === 'prometheus' || [...families, ...dynamicFamilies].some((family) => belongsTo(family, convention))
  );
}

function belongsTo({ convention, bothConventions }: AnyFamily, asked: Convention): boolean {
  return convention === asked || bothConventions === true;
}

/**
 * A name is one family on the page, also when two collectors know of it: cpu and cpufreq both tell frequencies. What
 * another program calls by the same name is another thing.
 */
function mergeByName(readings: readonly FamilySamples[]): readonly FamilySamples[] {
  const byName = new Map<string, FamilySamples>();
  for (const reading of readings) {
    const { name, external = false } = reading.family;
    const key = external ? `external ${name}` : name;
    const first = byName.get(key);
    byName.set(key, first === undefined ? reading : merge(first, reading));
  }
  return [...byName.values()];
}

function merge(first: FamilySamples, second: FamilySamples): FamilySamples {
  const { family, samples } = copy(first);
  samples.pushAll(second.samples);
  return { family, samples };
}

function copy({ family, samples }: FamilySamples): FamilySamples {
  const copied = new Samples();
  copied.pushAll(samples);
  return { family, samples: copied };
}

function rejectOverlap(this: Collector): never {
  throw new Error(`Cannot run collector ${this.name}: its last run has not ended`);
}

/** One collector in one pass. */
class CollectorRun {
  readonly collector: Collector;
  /** Comes when the collector has ended, whatever became of it. */
  readonly settled: Promise<void>;
  readonly #startedAt = performance.now();
  readonly #readings: SampleBuffer;
  #outcome: CollectorResult | undefined;

  constructor(collector: Collector, collect: Collector['collect'], host: Host, convention: Convention) {
    this.collector = collector;
    this.#readings = new SampleBuffer(convention);
    try {
      const running = collect.call(collector, host, this.#readings.emit);
      if (running instanceof Promise) {
        this.settled = running.then(
          () => this.#end('ok', []),
          (error: unknown) => this.#fail(error),
        );
        return;
      }
      this.#end('ok', []);
    } catch (error) {
      this.#fail(error);
    }
    this.settled = Promise.resolve();
  }

  get outcome(): CollectorResult | undefined {
    return this.#outcome;
  }

  /** What to say of a collector that has not ended by the deadline: what it has emitted by then is all there is of it. */
  timedOut(): CollectorResult {
    const collector = this.collector.name;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const error = new Error(`Cannot finish collector ${collector}: no result after ${seconds.toFixed(1)} s`);
    return { collector, state: 'failed', seconds, errors: [error], families: this.#readings.copy() };
  }

  #fail(error: unknown): void {
    if (error instanceof AbsentError) {
      this.#end('absent', [error]);
      return;
    }
    const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    this.#end(
      'failed',
      causes.map((cause) => (cause instanceof Error ? cause : new Error(String(cause)))),
    );
  }

  #end(state: CollectorResult['state'], errors: readonly Error[]): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#outcome = { collector: this.collector.name, state, seconds, errors, families: this.#readings.end() };
  }
}

/** How many samples the last pass had of a family: this one will have about as many. */
const lastLengths = new WeakMap<AnyFamily, number>();

/**
 * Where the emit of a pass keeps the pass' readings. A `WeakMap` would keep those of many passes: its values live on until
 * the next full collection.
 */
const READINGS = Symbol('readings');

/**
 * Where a pass puts what is emitted of a family: for who has checked the labels, that all are there, and shared them.
 *
 * @throws {TypeError} for what is no pass' own
 */
export function samplesBehind(emit: Emit & { readonly [READINGS]?: SampleBuffer }, family: AnyFamily): Samples {
  const readings = emit[READINGS];
  if (readings === undefined) throw new TypeError(`Cannot emit ${family.name} outside a pass`);
  return readings.samplesOf(family);
}

/** Collects what one collector emits, family by family. */
class SampleBuffer {
  readonly emit: Emit;
  readonly #byFamily = new Map<AnyFamily, FamilySamples>();
  #last: FamilySamples | undefined;

  constructor(convention: Convention, began?: number) {
    const emit = (family: AnyFamily, value: Sample['value'], labels?: Attributes, startTime = began): void => {
      if (!belongsTo(family, convention)) return;
      this.samplesOf(family).push(value, labels === undefined ? NO_LABELS : withoutAbsent(labels), startTime);
    };
    this.emit = Object.assign(emit, { convention, [READINGS]: this });
  }

  /** Where the samples of a family are put. */
  samplesOf(family: AnyFamily): Samples {
    if (this.#last?.family === family) return this.#last.samples;
    let reading = this.#byFamily.get(family);
    if (reading === undefined) {
      reading = { family, samples: new Samples(lastLengths.get(family)) };
      this.#byFamily.set(family, reading);
    }
    this.#last = reading;
    return reading.samples;
  }

  /** All of them, when there will be no more. */
  end(): readonly FamilySamples[] {
    for (const { family, samples } of this.#byFamily.values()) {
      if (lastLengths.get(family) !== samples.length) lastLengths.set(family, samples.length);
    }
    return [...this.#byFamily.values()];
  }

  /** For who cannot wait for the end: what comes later is not in it. */
  copy(): readonly FamilySamples[] {
    return Array.from(this.#byFamily.values(), copy);
  }
}

/** What the program tells of itself began with it: seconds since 1970. */
const PROCESS_START = performance.timeOrigin / 1000;
