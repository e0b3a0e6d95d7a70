import { createInstrument, type Instrument, type Removable } from './instrument.ts';
import type { SeriesLabels } from './series-map.ts';

/**
 * An instrument whose value only increases. The value starts again at 0 after a restart of the program or a removal of the
 * series.
 */
export interface Counter<L extends string = never> extends Instrument<L, 'counter'>, Removable<L> {
  /**
   * Increments the series with these labels by 1 or by an amount.
   *
   * @throws {RangeError} if the amount is negative or NaN
   * @throws {TypeError} if a label is missing, undeclared or not a string
   * @example
   * requests.inc({ code: '200', method: 'get' });
   * bytes.inc(1500, { direction: 'in' });
   */
  inc(...increment: Increment<L>): void;
}

export type Increment<L extends string> = [L] extends [never]
  ? [amount?: number]
  : [labels: SeriesLabels<L>] | [amount: number, labels: SeriesLabels<L>];

/**
 * Declares a counter. Either the program increments the counter, or a collector emits the count of another program.
 *
 * @param name metric name exactly as in the exposition; by convention, the name ends with `_total`
 * @param help one sentence
 * @param labels label names
 */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Counter<L> {
  const { family, series } = createInstrument('counter', [name, help, labels], {
    createAccumulator: () => ({ value: 0 }),
    readValue: ({ value }) => value,
  });
  return Object.assign(family, {
    inc(...[first, second]: Increment<L>): void {
      const amount = typeof first === 'number' ? first : 1;
      if (!(amount >= 0))
        throw new RangeError(`Cannot add ${amount} to ${name}: expected a number that is not negative`);
      series.getOrCreate(typeof first === 'number' ? second : first).value += amount;
    },
  });
}
