/** Values of counters by name; `undefined` for a counter that was not read. */
export type CounterValues<C extends string> = Readonly<Record<C, number | undefined>>;

/** Growth of counters per unit of their clock, without the counters that have no rate. */
export type CounterRates<C extends string> = Readonly<Partial<Record<C, number>>>;

interface CounterReading<C extends string> {
  readonly at: number;
  readonly values: CounterValues<C>;
}

/**
 * Computes the rates of counters between two passes. Each consumer of rates (the push, `/info/containers`) needs a
 * separate window, because other consumers would shorten its time span.
 *
 * @typeParam S the subjects that have counters, such as CPUs or containers
 * @typeParam C the names of the counters of a subject
 *
 * @example
 * window.startPass();
 * for (const [device, bytes] of devices) window.rates(device, host.elapsed(), { bytes }).bytes;
 */
export class RateWindow<S, C extends string> {
  #previous: ReadonlyMap<S, CounterReading<C>> = new Map();
  #current = new Map<S, CounterReading<C>>();

  /**
   * Starts a pass. Its rates cover the time since the previous pass; subjects that the previous pass lacks have none.
   */
  startPass(): void {
    this.#previous = this.#current;
    this.#current = new Map();
  }

  /**
   * Stores the counters of a subject and returns their rates.
   *
   * @param at reading of a clock that is never set back. The unit of the rates is 1 per unit of this clock
   * @returns no rate for a counter that the previous pass lacks or that has decreased, because it was reset; no rates
   * at all if the clock has not advanced
   */
  rates(subject: S, at: number, values: CounterValues<C>): CounterRates<C> {
    const previous = this.#previous.get(subject);
    this.#current.set(subject, { at, values });
    const rates: Partial<Record<C, number>> = {};
    if (previous === undefined || at <= previous.at) return rates;
    for (const name in values) {
      const [value, before] = [values[name], previous.values[name]];
      if (value !== undefined && before !== undefined && value >= before) {
        rates[name] = (value - before) / (at - previous.at);
      }
    }
    return rates;
  }
}
