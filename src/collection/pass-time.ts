/**
 * The time limits of a pass that several callers can share. All points in time are on the clock of `performance.now()`.
 */
export class PassTime {
  readonly #minimum: number;
  #readsEnd: number | undefined;
  #end: number;

  /** @param minimum earliest end of the pass. A caller with an earlier deadline does not shorten the pass. */
  constructor(minimum: number) {
    this.#minimum = minimum;
    this.#end = minimum;
  }

  /** Adds a caller that waits for the pass until its deadline. */
  addCaller(deadline: number): void {
    this.#end = Math.max(this.#end, deadline);
    if (deadline >= this.#minimum) this.#readsEnd = Math.min(this.#readsEnd ?? deadline, deadline);
  }

  /**
   * The end of all reads: the earliest deadline of the callers that have enough time. A collector is not complete before all
   * its reads end, so a device that hangs must not use up the time of these callers.
   */
  get readsEnd(): number {
    return this.#readsEnd ?? this.#minimum;
  }

  /** The end of the pass: the latest deadline of the callers. */
  get end(): number {
    return this.#end;
  }
}
