import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';
import { isNumber } from './validate-value.ts';

export interface Gauge<L extends string = never> extends Instrument<L, 'gauge'>, Removable<L> {
  /** @throws {TypeError} for what is no number */
  set(value: number, ...labels: LabelArguments<L>): void;
}

/** A value that may go up and down. Either the program sets it, or a collector emits it at each scrape. */
export function gauge<const L extends string = never>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
  const { family, sets } = createInstrument('gauge', [name, help, labels], {
    create: () => ({ value: 0 }),
    read: ({ value }) => value,
    // What nobody has measured is not zero.
    counts: false,
  });
  return Object.assign(family, {
    set(value: number, ...[set]: LabelArguments<L>): void {
      if (!isNumber(value)) {
        throw new TypeError(`Cannot set ${name} to ${String(value)}: it is no number`);
      }
      sets.at(set).value = value;
    },
  });
}
