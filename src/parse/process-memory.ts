import { linesOf, parseUnsigned, quote } from './lines.ts';

/** In KiB; a kernel thread, and a process that has ended, have none. */
export interface ProcessMemory {
  readonly vmSize: number | undefined;
  readonly vmRss: number | undefined;
  /** Since Linux 4.5. */
  readonly rssFile: number | undefined;
}

/**
 * The memory in `/proc/<pid>/status`: `VmRSS:     1516 kB`. No other line looks like that, whatever a process is called:
 * the kernel writes a newline in a name as `\n`. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function parseProcessMemory(text: string): ProcessMemory {
  const kibibytes = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [, key = '', value] = /^(VmSize|VmRSS|RssFile):(.*)$/.exec(line) ?? [];
    if (value === undefined) continue;
    const [, number] = /^\s*(\d+) kB$/.exec(value) ?? [];
    if (number === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    kibibytes.set(key, parseUnsigned(number));
  }
  return { vmSize: kibibytes.get('VmSize'), vmRss: kibibytes.get('VmRSS'), rssFile: kibibytes.get('RssFile') };
}
