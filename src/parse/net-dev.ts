import { eachLine, endOfLine, quote, scanCounts } from './lines.ts';

export interface NetDevLine {
  readonly device: string;
  /** Eight received and eight sent, in the order of the headings. */
  readonly counts: readonly number[];
}

const COLUMNS = 16;

/**
 * `/proc/net/dev` and `/proc/<pid>/net/dev`: one line for each network interface, after two of headings. The numbers may touch the colon.
 *
 *     Inter-|   Receive                                                |  Transmit
 *      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs …
 *       eth0:1215323891  911532    0    7    0     0          0        12 98341002  702113    0 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseNetDev(text: string): NetDevLine[] {
  const firstEnd = endOfLine(text, 0);
  if (!text.startsWith('Inter-|')) {
    throw new SyntaxError(`expected headings instead of ${quote(text.slice(0, firstEnd))}`);
  }
  const lines: NetDevLine[] = [];
  const headingsEnd = endOfLine(text, firstEnd + 1);
  eachLine(text, (start, end) => lines.push(parseNetDevLine(text.slice(start, end))), headingsEnd);
  return lines;
}

function parseNetDevLine(line: string): NetDevLine {
  // No number has a colon; the names of old aliases do (`eth0:1`).
  const colon = line.lastIndexOf(':');
  const device = line.slice(0, Math.max(colon, 0)).trim();
  const { counts } = scanCounts(line, colon + 1, COLUMNS);
  if (device === '' || counts.length < COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return { device, counts };
}
