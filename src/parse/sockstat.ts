import { parseDecimal, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

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
export function parseSockstat(text: string, report: ReportProblem = raise): SockstatLine[] {
  const lines = parseRows(splitLines(text), (line) => parseSockstatLine(line, report), report);
  if (lines.length === 0) throw new SyntaxError(`expected a line such as "sockets: used 290" in ${quote(text)}`);
  return lines;
}

/** The counts that metrics need. The line about all protocols contains `used`, the lines of protocols the other counts. */
const NAMES = ['used', 'inuse', 'orphan', 'tw', 'alloc', 'mem', 'memory'];

function parseSockstatLine(line: string, report: ReportProblem): SockstatLine | undefined {
  const [protocol = '', ...words] = splitWords(line);
  if (!/^[A-Za-z]\w*:$/.test(protocol)) return undefined;
  if (words.length === 0) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const counts = new Map<string, number>();
  for (const name of NAMES) {
    const index = words.indexOf(name);
    const count = index === -1 ? undefined : tryParse(parseDecimal, words[index + 1] ?? '', reportIn(line, report));
    if (count !== undefined) counts.set(name, count);
  }
  return { protocol: protocol.slice(0, -1), counts };
}
