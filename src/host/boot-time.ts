import { parseStat } from '../parse/stat.ts';
import type { Host } from './host.ts';

/** By less than this nobody sets a clock; and clocks that are led drift together. */
const STEP_SECONDS = 0.1;

/**
 * When the machine was booted, by its own clock: the kernel's counters count from there. Kept, because `/proc/stat` is
 * long where there are many CPUs, and read again when the clock was set.
 */
export class BootTime {
  readonly #host: Host;
  #known: { readonly seconds: number | undefined; readonly offset: number } | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @returns seconds since 1970; `undefined` where the kernel does not tell */
  read(): number | undefined {
    const offset = this.#host.now() - this.#host.elapsed();
    if (this.#known === undefined || Math.abs(this.#known.offset - offset) > STEP_SECONDS) {
      this.#known = { seconds: this.#host.proc.readIfPresent('stat', parseStat)?.bootTime, offset };
    }
    return this.#known.seconds;
  }
}
