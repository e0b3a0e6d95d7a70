import { createInstrument, type Instrument, type LabelArguments, type Removable } from './instrument.ts';
import { isNumber } from './validate-value.ts';

/** An instrument whose value can increase and decrease. */
export interface Gauge<L extends string = never> extends Instrument<L, 'gauge'>, Removable<L> {
  /**
   * Sets the value of the series with these labels.
   *
   * @throws {TypeError} if the value is NaN or not a number, or if a label is missing, undeclared or not a string
   */
  set(value: number, ...labels: LabelArguments<L>): void;
}

/**
 * Declares a gauge. Either the program sets the gauge, or a collector emits its value in each pass. A gauge has no series
 * before it is set.
 *
 * @param name metric name exactly as in the exposition
 * @param help one sentence
 * @param labels label names
 */
export function gauge<const L extends string = never>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
  const { family, series } = createInstrument('gauge', [name, help, labels], {
    createAccumulator: () => ({ value: 0 }),
    readValue: ({ value }) => value,
    startsAtZero: false,
  });
  return Object.assign(family, {
    set(value: number, ...[labelValues]: LabelArguments<L>): void {
      if (!isNumber(value)) throw new TypeError(`Cannot set ${name} to ${String(value)}: expected a number`);
      series.getOrCreate(labelValues).value = value;
    },
  });
}
