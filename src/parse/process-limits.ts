import { parseUnsigned, quote, splitLines } from './lines.ts';

/** Soft limits of a process; `Infinity` for `unlimited`, `undefined` for a limit that the file does not contain. */
export interface ProcessLimits {
  readonly openFiles: number | undefined;
  /** Limit of the address space, in bytes. */
  readonly addressSpace: number | undefined;
}

/**
 * Parses `/proc/<pid>/limits`, a table whose first column contains blanks.
 *
 *     Limit                     Soft Limit           Hard Limit           Units
 *     Max open files            1024                 524288               files
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
 */
export function parseProcessLimits(text: string): ProcessLimits {
  const limits = new Map<string, number>();
  for (const line of splitLines(text).slice(1)) {
    const [, name, soft] = /^(\S.*?) {2,}(unlimited|\d+) /.exec(line) ?? [];
    if (name === undefined || soft === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    limits.set(name, soft === 'unlimited' ? Number.POSITIVE_INFINITY : parseUnsigned(soft));
  }
  return { openFiles: limits.get('Max open files'), addressSpace: limits.get('Max address space') };
}
