import { parseBootTime } from '../parse/stat.ts';
import type { Host } from './host.ts';

/** The wall clock counts as set if it moves by more than this against the monotonic clock. Drift causes smaller moves. */
const STEP_SECONDS = 0.1;

/**
 * The time at which the host booted, which is the start of the kernel's counters. The time is cached, because `/proc/stat`
 * is long on a host with many CPUs, and read again after the host's clock was set.
 */
export class BootTime {
  readonly #host: Host;
  #cached: { readonly seconds: number | undefined; readonly offset: number } | undefined;

  /** @param host receives the error if the boot time cannot be read */
  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Returns the boot time as Unix time in seconds; `undefined` if the kernel does not report it or the number is malformed.
   */
  read(): number | undefined {
    const offset = this.#host.now() - this.#host.elapsed();
    if (this.#cached === undefined || Math.abs(this.#cached.offset - offset) > STEP_SECONDS) {
      this.#cached = { seconds: this.#host.proc.readIfPresent('stat', parseBootTime), offset };
    }
    return this.#cached.seconds;
  }
}
