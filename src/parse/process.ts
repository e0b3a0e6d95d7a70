import { BYTES_PER_KIB, linesOf, parseUnsigned, quote } from './lines.ts';

/** Of one line of `/proc/<pid>/limits`: the soft limit, `Infinity` for `unlimited`, `undefined` for no such line. */
export type Limits = (name: string) => number | undefined;

/**
 * `/proc/<pid>/limits`: a table whose first column may hold blanks.
 *
 *     Limit                     Soft Limit           Hard Limit           Units
 *     Max open files            1024                 524288               files
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 */
export function parseLimits(text: string): Limits {
  const soft = new Map<string, number>();
  for (const line of linesOf(text).slice(1)) {
    const [, name, limit] = /^(\S.*?) {2,}(unlimited|\d+) /.exec(line) ?? [];
    if (name === undefined || limit === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    soft.set(name, limit === 'unlimited' ? Number.POSITIVE_INFINITY : parseUnsigned(limit));
  }
  return (name) => soft.get(name);
}

/** From `/proc/<pid>/status`: `Threads:	12`. */
export function parseThreads(text: string): number | undefined {
  const threads = /^Threads:\s*(\d+)$/m.exec(text)?.[1];
  return threads === undefined ? undefined : parseUnsigned(threads);
}

/**
 * The size of the address space in bytes, from `/proc/<pid>/status`: `VmSize:     1234 kB`. Kernel threads have none.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function parseVmSize(text: string): number | undefined {
  const kibibytes = /^VmSize:\s*(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? undefined : parseUnsigned(kibibytes) * BYTES_PER_KIB;
}
