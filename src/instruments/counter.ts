import { createInstrument, type Instrument, type Removable } from './instrument.ts';
import type { LabelValues } from './series-map.ts';

export interface Counter<L extends string = never> extends Instrument<L, 'counter'>, Removable<L> {
  /**
   * Counts one more, or so many more.
   *
   * @throws {RangeError} for less than nothing, and for what is no number
   * @example
   * requests.inc({ code: '200', method: 'get' });
   * bytes.inc(1500, { direction: 'in' });
   */
  inc(...by: Increment<L>): void;
}

export type Increment<L extends string> = [L] extends [never]
  ? [by?: number]
  : [labels: LabelValues<L>] | [by: number, labels: LabelValues<L>];

/**
 * A value that only grows until what counts it starts again. Either the program counts (`inc`), or a collector emits at each
 * scrape what another program has counted.
 */
export function counter<const L extends string = never>(
  name: string,
  help: string,
  labels: readonly L[] = [],
): Counter<L> {
  const { family, sets } = createInstrument('counter', [name, help, labels], {
    create: () => ({ value: 0 }),
    read: ({ value }) => value,
  });
  return Object.assign(family, {
    inc(...[first, second]: Increment<L>): void {
      const by = typeof first === 'number' ? first : 1;
      if (!(by >= 0)) throw new RangeError(`Cannot add ${by} to ${name}: a counter only grows`);
      sets.at(typeof first === 'number' ? second : first).value += by;
    },
  });
}
