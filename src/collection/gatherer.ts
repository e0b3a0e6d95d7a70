/**
 * One pass over the collectors: each once, in a fixed order, within a deadline, each on its own. Callers that come
 * while a pass for the same collectors in the same vocabulary is under way share it.
 */

import { AbsentError, type Host } from '../host/host.ts';
import { withoutAbsent } from '../metrics/label-cache.ts';
import type { AnyFamily, Attributes, Emit, Sample, Vocabulary } from '../metrics/metric.ts';
import { NO_LABELS, Samples } from '../metrics/samples.ts';
import { beforeDeadline } from '../util/deadline.ts';
import type { Collector } from './collector.ts';

/** What was emitted of one family. */
export interface Reading {
  readonly family: AnyFamily;
  readonly samples: Samples;
}

/** What became of one collector in one pass. */
export interface Outcome {
  readonly collector: string;
  readonly state: 'ok' | 'absent' | 'failed';
  readonly seconds: number;
  /** Why it failed: one for each thing that did. */
  readonly errors: readonly Error[];
  readonly readings: readonly Reading[];
}

/** Families about the pass itself and the program that makes it: not a collector, and never filtered. */
export interface Description {
  readonly families: readonly AnyFamily[];
  /** Called once per pass, when its outcomes are known. */
  describe(emit: Emit, outcomes: readonly Outcome[]): void;
}

/** A finished pass, or what there was of one at a caller's deadline. Never changes. */
export interface Pass {
  /** In the order of the collectors. */
  readonly outcomes: readonly Outcome[];
  /** Of all collectors, then of all descriptions; one for each name. */
  readonly readings: readonly Reading[];
  /** True when no collector succeeded, at least one failed and none emitted anything: there is nothing to be said. */
  readonly failed: boolean;
}

export interface GatherRequest {
  /** Default: `prometheus`. */
  readonly vocabulary?: Vocabulary;
  /** The names of the collectors to run; all of them when not given. */
  readonly only?: ReadonlySet<string>;
  /** When the answer must be there, as `performance.now()` counts. */
  readonly deadline: number;
}

export interface GathererOptions {
  readonly host: Host;
  readonly collectors: readonly Collector[];
  readonly descriptions: readonly Description[];
  /** Hears of every collector's end once per pass. */
  readonly observe: (outcome: Outcome) => void;
}

export class Gatherer {
  /** Those that run in scrapes. */
  readonly collectors: readonly Collector[];
  readonly #all: readonly Collector[];
  readonly #host: Host;
  readonly #descriptions: readonly Description[];
  readonly #observe: (outcome: Outcome) => void;
  readonly #underWay = new Map<string, { readonly runs: readonly Run[]; readonly pass: Promise<Pass> }>();
  /** Runs that a finished pass left behind: their collectors are not started again before they end. */
  readonly #overdue = new Set<Run>();

  constructor({ host, collectors, descriptions, observe }: GathererOptions) {
    this.#host = host;
    this.collectors = collectors.filter((collector) => speaks(collector, 'prometheus'));
    this.#all = collectors;
    this.#descriptions = descriptions;
    this.#observe = observe;
  }

  /** Never rejects: what fails is an {@link Outcome}. All who share a finished pass get the same object. */
  async gather({ vocabulary = 'prometheus', only, deadline }: GatherRequest): Promise<Pass> {
    const key = `${vocabulary} ${only === undefined ? '*' : [...only].sort().join()}`;
    const shared = this.#underWay.get(key);
    if (shared !== undefined)
      return (await beforeDeadline(shared.pass, deadline)) ?? this.#toPass(shared.runs, vocabulary);

    const collectors = this.#all.filter(
      (collector) => (only?.has(collector.name) ?? true) && speaks(collector, vocabulary),
    );
    const host = this.#host.forPass(deadline);
    const runs = collectors.map((collector) => this.#start(collector, host, vocabulary));
    const pass = this.#finish(runs, deadline, vocabulary);
    this.#underWay.set(key, { runs, pass });
    try {
      return await pass;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #start(collector: Collector, host: Host, vocabulary: Vocabulary): Run {
    for (const run of this.#overdue) {
      if (run.collector === collector) return new Run(collector, refuseToRunAgain, host, vocabulary);
    }
    return new Run(collector, collector.collect, host, vocabulary);
  }

  async #finish(runs: readonly Run[], deadline: number, vocabulary: Vocabulary): Promise<Pass> {
    const unfinished = () => runs.filter(({ outcome }) => outcome === undefined);
    if (unfinished().length > 0) await beforeDeadline(Promise.all(runs.map(({ ended }) => ended)), deadline);
    for (const run of unfinished()) {
      this.#overdue.add(run);
      void run.ended.then(() => this.#overdue.delete(run));
    }
    for (const run of runs) this.#observe(run.outcome ?? run.tooLate());
    return this.#toPass(runs, vocabulary);
  }

  #toPass(runs: readonly Run[], vocabulary: Vocabulary): Pass {
    const outcomes = runs.map((run) => run.outcome ?? run.tooLate());
    const described = new Readings(vocabulary, PROCESS_START);
    for (const description of this.#descriptions) description.describe(described.emit, outcomes);
    const readings = outcomes.flatMap((outcome) => outcome.readings);
    return {
      outcomes,
      readings: mergeByName([...readings, ...described.end()]),
      failed:
        readings.length === 0 &&
        outcomes.some(({ state }) => state === 'failed') &&
        !outcomes.some(({ state }) => state === 'ok'),
    };
  }
}

function speaks({ families, familiesFromKernel = [], only }: Collector, vocabulary: Vocabulary): boolean {
  if (only !== undefined && only !== vocabulary) return false;
  // Each pass of scrapes runs them all, those too that say nothing but whether they succeeded.
  return (
    vocabulary === 'prometheus' || [...families, ...familiesFromKernel].some((family) => isSaid(family, vocabulary))
  );
}

function isSaid({ vocabulary, bilingual }: AnyFamily, asked: Vocabulary): boolean {
  return vocabulary === asked || bilingual === true;
}

/**
 * A name is one family on the page, also when two collectors know of it: cpu and cpufreq both tell frequencies. What
 * another program calls by the same name is another thing.
 */
function mergeByName(readings: readonly Reading[]): readonly Reading[] {
  const byName = new Map<string, Reading>();
  for (const reading of readings) {
    const { name, foreign = false } = reading.family;
    const key = foreign ? `foreign ${name}` : name;
    const first = byName.get(key);
    byName.set(key, first === undefined ? reading : merge(first, reading));
  }
  return [...byName.values()];
}

function merge(first: Reading, second: Reading): Reading {
  const { family, samples } = copy(first);
  samples.pushAll(second.samples);
  return { family, samples };
}

function copy({ family, samples }: Reading): Reading {
  const copied = new Samples();
  copied.pushAll(samples);
  return { family, samples: copied };
}

function refuseToRunAgain(this: Collector): never {
  throw new Error(`Cannot run collector ${this.name}: its last run has not ended`);
}

/** One collector in one pass. */
class Run {
  readonly collector: Collector;
  /** Comes when the collector has ended, whatever became of it. */
  readonly ended: Promise<void>;
  readonly #startedAt = performance.now();
  readonly #readings: Readings;
  #outcome: Outcome | undefined;

  constructor(collector: Collector, collect: Collector['collect'], host: Host, vocabulary: Vocabulary) {
    this.collector = collector;
    this.#readings = new Readings(vocabulary);
    try {
      const running = collect.call(collector, host, this.#readings.emit);
      if (running instanceof Promise) {
        this.ended = running.then(
          () => this.#end('ok', []),
          (error: unknown) => this.#fail(error),
        );
        return;
      }
      this.#end('ok', []);
    } catch (error) {
      this.#fail(error);
    }
    this.ended = Promise.resolve();
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** What to say of a collector that has not ended by the deadline: what it has emitted by then is all there is of it. */
  tooLate(): Outcome {
    const collector = this.collector.name;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const error = new Error(`Cannot finish collector ${collector}: no result after ${seconds.toFixed(1)} s`);
    return { collector, state: 'failed', seconds, errors: [error], readings: this.#readings.copy() };
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

  #end(state: Outcome['state'], errors: readonly Error[]): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#outcome = { collector: this.collector.name, state, seconds, errors, readings: this.#readings.end() };
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
export function samplesBehind(emit: Emit & { readonly [READINGS]?: Readings }, family: AnyFamily): Samples {
  const readings = emit[READINGS];
  if (readings === undefined) throw new TypeError(`Cannot emit ${family.name} outside a pass`);
  return readings.samplesOf(family);
}

/** Collects what one collector emits, family by family. */
class Readings {
  readonly emit: Emit;
  readonly #byFamily = new Map<AnyFamily, Reading>();
  #last: Reading | undefined;

  constructor(vocabulary: Vocabulary, began?: number) {
    const emit = (family: AnyFamily, value: Sample['value'], labels?: Attributes, since = began): void => {
      if (!isSaid(family, vocabulary)) return;
      this.samplesOf(family).push(value, labels === undefined ? NO_LABELS : withoutAbsent(labels), since);
    };
    this.emit = Object.assign(emit, { vocabulary, [READINGS]: this });
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
  end(): readonly Reading[] {
    for (const { family, samples } of this.#byFamily.values()) {
      if (lastLengths.get(family) !== samples.length) lastLengths.set(family, samples.length);
    }
    return [...this.#byFamily.values()];
  }

  /** For who cannot wait for the end: what comes later is not in it. */
  copy(): readonly Reading[] {
    return Array.from(this.#byFamily.values(), copy);
  }
}

/** What the program tells of itself began with it: seconds since 1970. */
const PROCESS_START = performance.timeOrigin / 1000;
