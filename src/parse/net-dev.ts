import { findLineEnd, forEachLine, quote, scanCounts } from './lines.ts';

/** The counters of one network interface. */
export interface NetDevLine {
  readonly device: string;
  /** Eight counters of received data and eight of transmitted data, in the order of the headings. */
  readonly counts: readonly number[];
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
 */
export function parseNetDev(text: string): NetDevLine[] {
  const firstEnd = findLineEnd(text, 0);
  if (!text.startsWith('Inter-|')) {
    throw new SyntaxError(`expected headings, got ${quote(text.slice(0, firstEnd))}`);
  }
  const lines: NetDevLine[] = [];
  const headingsEnd = findLineEnd(text, firstEnd + 1);
  forEachLine(text, (start, end) => lines.push(parseNetDevLine(text.slice(start, end))), headingsEnd);
  return lines;
}

function parseNetDevLine(line: string): NetDevLine {
  // The name of an alias contains a colon (`eth0:1`), but numbers do not: the last colon ends the name.
  const colon = line.lastIndexOf(':');
  const device = line.slice(0, Math.max(colon, 0)).trim();
  const { counts } = scanCounts(line, colon + 1, COLUMNS);
  if (device === '' || counts.length < COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return { device, counts };
}

/** Counters of one direction of a network interface. */
export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
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

function trafficAt(counts: readonly number[], first: number): Traffic {
  const [bytes = 0, packets = 0, errors = 0, dropped = 0] = counts.slice(first, first + 4);
  return { bytes, packets, errors, dropped };
}
