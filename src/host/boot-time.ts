import { parseBootTime } from '../parse/stat.ts';
import type { Host } from './host.ts';

/**
 * Limit for changes of the offset between the wall clock and the monotonic clock. A smaller change is drift. A larger
 * change means that the wall clock was set.
 */
const STEP_SECONDS = 0.1;

/**
 * The time at which the host booted. This time is cached, because `/proc/stat` is long on a host with many CPUs. After the
 * wall clock was set, the boot time is read again.
 */
export class BootTime {
  readonly #host: Host;
  #cached: { readonly seconds: number | undefined; readonly offset: number } | undefined;

  /** @param host receives the error if the boot time cannot be read */
  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns the boot time as Unix time in seconds; `undefined` if the kernel does not report a valid boot time. */
  read(): number | undefined {
    const offset = this.#host.now() - this.#host.elapsed();
    if (this.#cached === undefined || Math.abs(this.#cached.offset - offset) > STEP_SECONDS) {
      this.#cached = { seconds: this.#host.proc.readIfPresent('stat', parseBootTime), offset };
    }
    return this.#cached.seconds;
  }
}
