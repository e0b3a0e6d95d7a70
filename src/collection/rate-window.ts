/** Values of counters, by name; `undefined` for a counter that could not be read. */
export type CounterValues<C extends string> = Readonly<Record<C, number | undefined>>;

/** Rates of counters, by name. A rate is the growth per unit of time. A counter without a rate is left out. */
export type CounterRates<C extends string> = Readonly<Partial<Record<C, number>>>;

interface CounterReading<C extends string> {
  readonly at: number;
  readonly values: CounterValues<C>;
}

/**
 * Computes the rates of counters between two passes. The push and `/info/containers` use separate objects, because each
 * call of {@link RateWindow.startPass} starts a new time span for the rates.
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
   * Starts a pass. The rates of this pass cover the time since the previous pass. A subject that is new in this pass has no
   * rates.
   */
  startPass(): void {
    this.#previous = this.#current;
    this.#current = new Map();
  }

  /**
   * Returns the rates of the counters of a subject since the previous pass. If the previous pass lacks the subject, the
   * rates cover the time since the first call for the subject in this pass. The counters of the first call in a pass are
   * stored for the next pass.
   *
   * @param at reading of a monotonic clock, in the unit of time of the rates
   * @returns the rates; empty if the clock has not advanced. A counter has no rate if the previous pass lacks the counter,
   *   or if its value has decreased because of a reset.
   */
  rates(subject: S, at: number, values: CounterValues<C>): CounterRates<C> {
    const first = this.#current.get(subject);
    if (first === undefined) this.#current.set(subject, { at, values });
    const previous = this.#previous.get(subject) ?? first;
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
