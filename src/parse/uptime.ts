import { parseUnsigned, quote } from './lines.ts';

export interface Uptime {
  /** Time since boot in seconds, with two decimals. */
  readonly uptime: number;
}

/**
 * Parses `/proc/uptime`: `9246.58 17734.06`. The second number, which is not returned, is the idle time of all CPUs.
 *
 * https://man7.org/linux/man-pages/man5/proc_uptime.5.html
 */
export function parseUptime(text: string): Uptime {
  const uptime = /^(\d{1,15}\.\d{1,9})(?=\s|$)/m.exec(text)?.[1];
  if (uptime === undefined) throw new SyntaxError(`expected a number with decimals in ${quote(text)}`);
  return { uptime: parseUnsigned(uptime) };
}
