import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';

export interface SockstatLine {
  /** Name of the protocol, such as `TCP6`, or `sockets` for the line about all protocols. */
  readonly protocol: string;
  /** Counts by name, such as `inuse`. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Parses `/proc/net/sockstat` and `/proc/net/sockstat6`: a line per protocol, with alternating names and numbers.
 *
 *     sockets: used 290
 *     TCP: inuse 6 orphan 0 tw 12 alloc 9 mem 2
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseSockstat(text: string): SockstatLine[] {
  return splitLines(text).map((line) => {
    const [protocol = '', ...words] = splitWords(line);
    if (!protocol.endsWith(':') || words.length === 0 || words.length % 2 !== 0) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const counts = new Map<string, number>();
    for (let index = 0; index < words.length; index += 2) {
      counts.set(words[index] ?? '', parseDecimal(words[index + 1] ?? ''));
    }
    return { protocol: protocol.slice(0, -1), counts };
  });
}
