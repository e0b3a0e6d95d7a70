/**
 * Validates every sample of a custom collector. Prometheus rejects a whole exposition because of one invalid label. The
 * gatherer finds series that are emitted twice.
 */
import type { SampleBuffer } from '../collection/sample-buffer.ts';
import type { EmitValidated } from '../instruments/instrument.ts';
import { hasNumbers, isNumber, validateValue } from '../instruments/validate-value.ts';
import { NO_LABELS } from '../metrics/label-set.ts';
import type { AnyFamily, Attributes, Convention, Emit, Sample } from '../metrics/metric.ts';
import { LabelInterner } from './label-interner.ts';

interface FamilyState {
  /** Interner of the family's labels. All families of the collector with the same label names share an interner. */
  readonly interner: LabelInterner;
  readonly hasNumbers: boolean;
}

type FamilyStates = ReadonlyMap<AnyFamily, FamilyState>;

/** Validates the samples of one collector. Caches the labels of the previous run. */
export class ValidatingEmitter {
  readonly #families: readonly AnyFamily[];
  readonly #hasSemconv: boolean;
  /** The states of the families for the next run. They are `undefined` before the first run and while a run uses them. */
  #states: FamilyStates | undefined;
  #runs = 0;

  constructor(families: readonly AnyFamily[]) {
    this.#families = families;
    this.#hasSemconv = families.some(({ convention }) => convention === 'semconv');
  }

  /**
   * Starts a run. The run reuses the family states of the previous run. If the previous run has not ended, the new run
   * creates new states.
   */
  startRun(buffer: SampleBuffer): ValidatingRun {
    const states = this.#states ?? createStates(this.#families);
    this.#states = undefined;
    this.#runs += 1;
    return new ValidatingRun({
      buffer,
      states,
      run: this.#runs,
      ignoredConvention: this.#ignoredConvention(buffer.convention),
      onEnd: () => {
        this.#states = states;
      },
    });
  }

  /**
   * Returns the convention whose families are ignored in a pass; `undefined` if no families are ignored. In a semconv pass,
   * a collector with semconv families reports only these families. A collector without semconv families reports its
   * Prometheus families.
   */
  #ignoredConvention(passConvention: Convention): Convention | undefined {
    if (passConvention === 'prometheus') return 'semconv';
    return this.#hasSemconv ? 'prometheus' : undefined;
  }
}

function createStates(families: readonly AnyFamily[]): FamilyStates {
  const interners = new Map<string, LabelInterner>();
  return new Map(
    families.map((family) => {
      const key = JSON.stringify([family.convention, family.labels]);
      const interner = interners.get(key) ?? new LabelInterner(family);
      interners.set(key, interner);
      return [family, { interner, hasNumbers: hasNumbers(family) }];
    }),
  );
}

interface RunOptions {
  readonly buffer: SampleBuffer;
  readonly states: FamilyStates;
  readonly run: number;
  /** The convention whose families are ignored in this run. */
  readonly ignoredConvention: Convention | undefined;
  readonly onEnd: () => void;
}

/** One run of a collector. Adds valid samples to the buffer, and stores an error for invalid samples. */
export class ValidatingRun {
  readonly emit: Emit & EmitValidated;
  readonly #options: RunOptions;
  /**
   * The first error of each family. Later errors are dropped, because one mistake in a loop could cause thousands of
   * errors.
   */
  readonly #errors = new Map<AnyFamily, Error>();
  #hasEnded = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const emit: EmitValidated = (family, value, labels, startTime) =>
      this.#emit(family, value, labels ?? NO_LABELS.labels, startTime);
    this.emit = Object.assign(emit, { convention: options.buffer.convention });
  }

  /** Ends the run and returns the first error of each family. Samples after the end are ignored. */
  end(): readonly Error[] {
    this.#hasEnded = true;
    const { states, run, onEnd } = this.#options;
    for (const interner of new Set(Array.from(states.values(), (state) => state.interner))) interner.endRun(run);
    onEnd();
    return [...this.#errors.values()];
  }

  #emit(family: AnyFamily, value: Sample['value'], labels: Attributes, startTime: number | undefined): void {
    const { ignoredConvention, states, run, buffer } = this.#options;
    if (this.#hasEnded || family.convention === ignoredConvention) return;
    const state = states.get(family);
    const interned = state?.interner.intern(labels);
    if (state === undefined || interned === undefined || !isValid(state, family, value)) {
      this.#reject(family, value, labels);
      return;
    }
    state.interner.markEmitted(interned, run);
    buffer.add(family, value, interned.labels, startTime);
  }

  #reject(family: AnyFamily, value: Sample['value'], labels: Attributes): void {
    if (this.#errors.has(family)) return;
    const reason = this.#options.states.has(family)
      ? (validateLabels(family, labels) ?? validateValue(family, value))
      : 'the collector does not declare the family';
    const pairs = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
    const series = pairs.length === 0 ? family.name : `${family.name}{${pairs.join()}}`;
    this.#errors.set(family, new TypeError(`Cannot emit ${series}: ${reason}`));
  }
}

/**
 * Returns whether a value is valid. Nearly all values are numbers, and the check for a number here is faster than
 * validateValue().
 */
function isValid(state: FamilyState, family: AnyFamily, value: Sample['value']): boolean {
  return state.hasNumbers ? isNumber(value) : validateValue(family, value) === undefined;
}

/** Returns the reason why labels are not valid for a family; `undefined` if the labels are valid. */
function validateLabels({ labels: names, convention }: AnyFamily, labels: Attributes): string | undefined {
  const present = Object.keys(labels).filter((name) => labels[name] !== undefined);
  const undeclared = present.find((name) => !names.includes(name));
  if (undeclared !== undefined) return `label ${JSON.stringify(undeclared)} is not declared`;
  const invalid = present.find(
    (name) => typeof labels[name] === 'object' || (convention === 'prometheus' && typeof labels[name] !== 'string'),
  );
  return invalid === undefined ? undefined : `label ${JSON.stringify(invalid)} is not a string`;
}
