import { parseBootTime } from '../parse/stat.ts';
import type { Host } from './host.ts';

/**
 * The time at which the host booted. Each call reads `/proc/stat`, because the time changes when the wall clock is set, and
 * because a read may succeed after a failed read.
 */
export class BootTime {
  readonly #host: Host;

  /** @param host receives the error if the boot time cannot be read */
  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns the boot time as Unix time in seconds; `undefined` if the kernel does not report a valid boot time. */
  read(): number | undefined {
    return this.#host.proc.readIfPresent('stat', parseBootTime);
  }
}
