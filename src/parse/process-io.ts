import { parseUnsigned, quote, splitLines } from './lines.ts';

/** Bytes that the kernel read from and wrote to devices for a process; `undefined` if the kernel does not count them. */
export interface ProcessIo {
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
}

/**
 * Parses `/proc/<pid>/io`, a name and a number on each line: `read_bytes: 4096`.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_io.5.html
 */
export function parseProcessIo(text: string): ProcessIo {
  const counts = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [, name, count] = /^(\w+): (\d+)$/.exec(line) ?? [];
    if (name === undefined || count === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    counts.set(name, parseUnsigned(count));
  }
  return { readBytes: counts.get('read_bytes'), writtenBytes: counts.get('write_bytes') };
}
