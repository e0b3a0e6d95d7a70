import { parseUnsigned, quote, splitLines } from './lines.ts';

/** Bytes that a process caused to be read from devices and written to them. */
export interface ProcessIo {
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
}

/**
 * `/proc/<pid>/io`: `read_bytes: 4096`, with other counts that are not of devices.
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
