import { findLineEnd, parseUnsignedSlice, quote, skipBlanks } from './lines.ts';

/**
 * Memory and threads of a process. Sizes are in KiB. Kernel threads and processes that have ended have no memory: their
 * sizes are `undefined`.
 */
export interface ProcessStatus {
  /** Size of the address space. */
  readonly vmSizeKib: number | undefined;
  /** Resident memory. */
  readonly vmRssKib: number | undefined;
  /** Resident pages of mapped files, since Linux 4.5. */
  readonly rssFileKib: number | undefined;
  readonly threads: number | undefined;
}

/**
 * Parses `/proc/<pid>/status`. The name of the process cannot imitate another field, because the kernel escapes a newline
 * in the name as `\n`.
 *
 *     Name:   httpd
 *     VmSize:     2300 kB
 *     Threads:        11
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function parseProcessStatus(text: string): ProcessStatus {
  if (!text.startsWith('Name:')) throw new SyntaxError(`unexpected line ${quote(text.slice(0, findLineEnd(text, 0)))}`);
  return {
    vmSizeKib: parseField(text, '\nVmSize:', ' kB'),
    vmRssKib: parseField(text, '\nVmRSS:', ' kB'),
    rssFileKib: parseField(text, '\nRssFile:', ' kB'),
    threads: parseField(text, '\nThreads:', ''),
  };
}

/** @param key including the newline before it and the colon after it */
function parseField(text: string, key: string, unit: string): number | undefined {
  const newline = text.indexOf(key);
  if (newline === -1) return undefined;
  const start = newline + key.length;
  const lineEnd = findLineEnd(text, start);
  const end = lineEnd - unit.length;
  if (!text.startsWith(unit, end)) throw new SyntaxError(`unexpected line ${quote(text.slice(newline + 1, lineEnd))}`);
  return parseUnsignedSlice(text, skipBlanks(text, start), end);
}
