import { uptime } from 'node:os';

/** Clocks in seconds, which tests replace. */
export interface StartClocks {
  /** Returns the Unix time. */
  readonly now: () => number;
  /** Returns the time since the start of the process. This clock stops while the host is suspended. */
  readonly elapsed: () => number;
  /** Returns the time since the boot of the host, including the time in which the host was suspended. */
  readonly uptime: () => number;
}

const SYSTEM: StartClocks = {
  now: () => Date.now() / 1000,
  elapsed: () => performance.now() / 1000,
  uptime,
};

/**
 * Limit for changes of the offset between two clocks. A larger change means that a clock was set or the host was suspended.
 */
const STEP_SECONDS = 1;

/**
 * The start time of this process. When the clock of the host is set, the start time moves with the clock. Otherwise the
 * start time stays the same, because a receiver of OTLP treats a new start time as a reset of the counters.
 */
export class ProcessStart {
  readonly #clocks: StartClocks;
  /** Time from the boot of the host to the start of the process. */
  readonly #startUptime: number;
  #offset: number;
  #seconds: number;

  /** @param start the start time according to the current clock */
  constructor(clocks: StartClocks = SYSTEM, start = performance.timeOrigin / 1000) {
    this.#clocks = clocks;
    const elapsed = clocks.elapsed();
    this.#startUptime = clocks.uptime() - elapsed;
    this.#offset = clocks.now() - elapsed;
    this.#seconds = start;
  }

  /** Returns the start time as Unix time in seconds. */
  read(): number {
    const { now, elapsed, uptime: readUptime } = this.#clocks;
    const offset = now() - elapsed();
    if (Math.abs(offset - this.#offset) > STEP_SECONDS) {
      this.#offset = offset;
      const seconds = now() - (readUptime() - this.#startUptime);
      if (Math.abs(seconds - this.#seconds) > STEP_SECONDS) this.#seconds = seconds;
    }
    return this.#seconds;
  }
}

/** The start of this process. This object is created when the process starts, because the clock may be set later. */
export const processStart = new ProcessStart();
