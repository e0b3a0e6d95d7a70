import { parseUnsigned, quote, splitWords } from './lines.ts';

export interface Uptime {
  /** Seconds since boot, with the kernel's two decimals. */
  readonly uptime: number;
}

/**
 * `/proc/uptime`: `9246.58 17734.06`, seconds since boot and seconds that all CPUs were idle.
 * https://man7.org/linux/man-pages/man5/proc_uptime.5.html
 */
export function parseUptime(text: string): Uptime {
  const [uptime, idle] = splitWords(text.trimEnd());
  if (uptime === undefined || idle === undefined) throw new SyntaxError(`expected two numbers in ${quote(text)}`);
  return { uptime: parseUnsigned(uptime) };
}
