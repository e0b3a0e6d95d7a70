/**
 * What a collector of one's own emits, checked value by value: a page with two values for one series, or with a label that
 * was not declared, would be dropped whole by who scrapes it.
 */
import type { SampleBuffer } from '../collection/sample-buffer.ts';
import type { EmitValidated } from '../instruments/instrument.ts';
import { isNumber, isOfNumbers, validateValue } from '../instruments/validate-value.ts';
import { NO_LABELS } from '../metrics/label-set.ts';
import type { AnyFamily, Attributes, Convention, Emit, Sample } from '../metrics/metric.ts';
import { LabelInterner } from './label-interner.ts';

/** A family, and the label sets that it shares with all that have the same labels. */
interface CheckedFamily {
  readonly table: LabelInterner;
  /** Its place among the families of the table. */
  readonly place: number;
  /** Whether its values are numbers, as nearly all are. */
  readonly isNumber: boolean;
}

type Checked = ReadonlyMap<AnyFamily, CheckedFamily>;

/** The families of one collector, and their label sets of the last pass. */
export class ValidatingEmitter {
  readonly #families: readonly AnyFamily[];
  readonly #speaksSemconv: boolean;
  #checked: Checked | undefined;
  #runs = 0;

  constructor(families: readonly AnyFamily[]) {
    this.#families = families;
    this.#speaksSemconv = families.some(({ convention }) => convention === 'semconv');
  }

  /** Of two runs at once the second begins with no label sets. */
  startRun(buffer: SampleBuffer): ValidatingRun {
    const checked = this.#checked ?? withTables(this.#families);
    this.#checked = undefined;
    this.#runs += 1;
    return new ValidatingRun({
      buffer,
      checked,
      run: this.#runs,
      unsaid: this.#unsaid(buffer.convention),
      onEnd: () => {
        this.#checked = checked;
      },
    });
  }

  /** A collector that has words of its own for OpenTelemetry says there nothing in Prometheus'. */
  #unsaid(asked: Convention): Convention | undefined {
    if (asked === 'prometheus') return 'semconv';
    return this.#speaksSemconv ? 'prometheus' : undefined;
  }
}

function withTables(families: readonly AnyFamily[]): Checked {
  const tables = new Map<string, { readonly table: LabelInterner; places: number }>();
  return new Map(
    families.map((family) => {
      const key = JSON.stringify([family.convention, family.labels]);
      const shared = tables.get(key) ?? { table: new LabelInterner(family), places: 0 };
      tables.set(key, shared);
      shared.places += 1;
      return [family, { table: shared.table, place: shared.places - 1, isNumber: isOfNumbers(family) }];
    }),
  );
}

interface RunOptions {
  readonly buffer: SampleBuffer;
  readonly checked: Checked;
  readonly run: number;
  /** The convention whose families this pass does not want. */
  readonly unsaid: Convention | undefined;
  readonly onEnd: () => void;
}

/** One run of a collector: emits what is good, and remembers what is not. */
export class ValidatingRun {
  readonly emit: Emit & EmitValidated;
  readonly #options: RunOptions;
  /** Of each family the first: a mistake in a loop makes thousands. */
  readonly #refused = new Map<AnyFamily, Error>();
  #hasEnded = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const emit: EmitValidated = (family, value, labels, startTime) =>
      this.#emit(family, value, labels ?? NO_LABELS.labels, startTime);
    this.emit = Object.assign(emit, { convention: options.buffer.convention });
  }

  /** @returns why something was refused, for each family once */
  end(): readonly Error[] {
    this.#hasEnded = true;
    const { checked, run, onEnd } = this.#options;
    for (const family of checked.values()) {
      if (family.place === 0) family.table.endRun(run);
    }
    onEnd();
    return [...this.#refused.values()];
  }

  #emit(family: AnyFamily, value: Sample['value'], labels: Attributes, startTime: number | undefined): void {
    const { unsaid, checked, run, buffer } = this.#options;
    // What comes after the end belongs to no pass.
    if (this.#hasEnded || family.convention === unsaid) return;
    const known = checked.get(family);
    const set = known?.table.find(labels);
    if (
      known === undefined ||
      set === undefined ||
      !isGood(known, family, value) ||
      !known.table.enter(set, run, known.place)
    ) {
      this.#refuse(family, value, labels);
      return;
    }
    buffer.add(family, value, set.labels, startTime);
  }

  #refuse(family: AnyFamily, value: Sample['value'], labels: Attributes): void {
    if (this.#refused.has(family)) return;
    const reason = this.#options.checked.has(family)
      ? (reasonToRefuseLabels(family, labels) ?? validateValue(family, value) ?? 'the series has a value already')
      : 'it is not among the families of the collector';
    const shown = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
    const series = shown.length === 0 ? family.name : `${family.name}{${shown.join()}}`;
    this.#refused.set(family, new TypeError(`Cannot emit ${series}: ${reason}`));
  }
}

/** Nearly every value is a number. */
function isGood({ isNumber: isOfNumbers }: CheckedFamily, family: AnyFamily, value: Sample['value']): boolean {
  return isOfNumbers ? isNumber(value) : validateValue(family, value) === undefined;
}

function reasonToRefuseLabels({ labels: names, convention }: AnyFamily, labels: Attributes): string | undefined {
  const present = Object.keys(labels).filter((name) => labels[name] !== undefined);
  const undeclared = present.find((name) => !names.includes(name));
  if (undeclared !== undefined) return `label ${JSON.stringify(undeclared)} was not declared`;
  const bad = present.find(
    (name) => typeof labels[name] === 'object' || (convention === 'prometheus' && typeof labels[name] !== 'string'),
  );
  return bad === undefined ? undefined : `label ${JSON.stringify(bad)} is no text`;
}
