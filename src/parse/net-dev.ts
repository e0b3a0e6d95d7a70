import { findLineEnd, parseCountFile, quote, scanCounts, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse, visitRows } from './rows.ts';

/** The counters of one network interface. */
export interface NetDevLine {
  readonly device: string;
  /**
   * Eight counters of received data and eight of transmitted data, in the order of the headings; `undefined` for a
   * malformed number.
   */
  readonly counts: readonly (number | undefined)[];
}

const COLUMNS = 16;

/**
 * Parses `/proc/net/dev` and `/proc/<pid>/net/dev`: two lines of headings, then one line per network interface. The first
 * number may follow the colon without a blank.
 *
 *     Inter-|   Receive                                                |  Transmit
 *      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs …
 *       eth0:1215323891  911532    0    7    0     0          0        12 98341002  702113    0 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 *
 * @param isWanted returns whether the counters of an interface are wanted; the lines of other interfaces are skipped
 */
export function parseNetDev(
  text: string,
  isWanted: (device: string) => boolean,
  report: ReportProblem = raise,
): NetDevLine[] {
  if (!text.startsWith(HEADING) && !text.includes(`\n${HEADING}`)) {
    throw new SyntaxError(`expected headings, got ${quote(text.slice(0, findLineEnd(text, 0)))}`);
  }
  const lines: NetDevLine[] = [];
  const visit = (start: number, end: number): void => {
    // The name of an alias contains a colon (`eth0:1`), but numbers do not: the last colon ends the name.
    const colon = start + text.slice(start, end).lastIndexOf(':');
    // A line without a colon contains headings.
    if (colon < start) return;
    const device = text.slice(start, colon).trim();
    if (device === '') throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    if (isWanted(device))
      lines.push({ device, counts: parseCounts(text.slice(start, end), colon + 1 - start, report) });
  };
  visitRows(text, visit, report);
  return lines;
}

const HEADING = 'Inter-|';

function parseCounts(line: string, start: number, report: ReportProblem): NetDevLine['counts'] {
  const { counts } = scanCounts(line, start, COLUMNS);
  if (counts.length === COLUMNS) return counts;
  const words = splitWords(line.slice(start)).slice(0, COLUMNS);
  if (words.length < COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return words.map((word) => tryParse(parseCountFile, word, reportIn(line, report)));
}

/** Returns whether `/proc/<pid>/net/dev` contains an interface other than the loopback interface `lo`. */
export function hasNetworkDevice(text: string): boolean {
  return splitLines(text).some((line) => line.includes(':') && !line.trimStart().startsWith('lo:'));
}

/** Counters of one direction of a network interface; `undefined` for a malformed number. */
export interface Traffic {
  readonly bytes: number | undefined;
  readonly packets: number | undefined;
  readonly errors: number | undefined;
  readonly dropped: number | undefined;
}

export interface InterfaceTraffic {
  readonly name: string;
  readonly received: Traffic;
  readonly transmitted: Traffic;
}

/** Returns the counters that metrics of containers need: four for each direction. */
export function toInterfaceTraffic({ device, counts }: NetDevLine): InterfaceTraffic {
  return { name: device, received: trafficAt(counts, 0), transmitted: trafficAt(counts, COLUMNS / 2) };
}

function trafficAt(counts: NetDevLine['counts'], first: number): Traffic {
  const [bytes, packets, errors, dropped] = counts.slice(first, first + 4);
  return { bytes, packets, errors, dropped };
}

/** Returns the sum of a counter over all interfaces, or `undefined` if the counter of one of them is malformed. */
export function sumTraffic(
  interfaces: readonly InterfaceTraffic[],
  counterOf: (traffic: InterfaceTraffic) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const traffic of interfaces) {
    const count = counterOf(traffic);
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}
