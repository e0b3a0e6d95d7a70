import { createInstrument, type Instrument, type Removable } from './instrument.ts';
import type { SeriesLabels } from './series-map.ts';

/**
 * An instrument whose value only increases. The value starts at 0 again if the program restarts or the series is removed.
 */
export interface Counter<L extends string = never> extends Instrument<L, 'counter'>, Removable<L> {
  /**
   * Increments the series with these labels by 1, or by an amount.
   *
   * @throws {RangeError} for a negative amount and for NaN
   * @throws {TypeError} for a label that is missing, undeclared or not a string
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
 * Declares a counter. Either the program increments the counter, or a collector emits a total that another program counts.
 *
 * @param name metric name exactly as in the exposition; by convention the name ends with `_total`
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
