import { linesOf, parseUnsigned, quote, wordsOf } from './lines.ts';

/** What an interface has received or transmitted. */
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

/**
 * The traffic in `/proc/<pid>/net/dev`. A name may hold colons, and the first number may touch the colon after it:
 *
 *     Inter-|   Receive                                                |  Transmit
 *      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
 *      eth0:   48740     706    0    0    0     0          0         0 22091863     717    0    0    0     0       0          0
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseInterfaces(text: string): readonly InterfaceTraffic[] {
  return linesOf(text).slice(HEAD_LINES).map(parseInterface);
}

const HEAD_LINES = 2;
const COLUMNS = 16;

function parseInterface(line: string): InterfaceTraffic {
  const colon = line.lastIndexOf(':');
  const columns = wordsOf(line.slice(colon + 1));
  if (colon === -1 || columns.length < COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const traffic = (first: number): Traffic => ({
    bytes: parseUnsigned(columns[first] ?? ''),
    packets: parseUnsigned(columns[first + 1] ?? ''),
    errors: parseUnsigned(columns[first + 2] ?? ''),
    dropped: parseUnsigned(columns[first + 3] ?? ''),
  });
  return { name: line.slice(0, colon).trim(), received: traffic(0), transmitted: traffic(8) };
}
