import { linesOf, quote } from './lines.ts';

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

/** A name that ends at the last colon, and sixteen numbers, of which the first four of each half are wanted. */
const HALF = /\s*(\d{1,20})\s+(\d{1,20})\s+(\d{1,20})\s+(\d{1,20})(?:\s+\d+){4}/.source;
const LINE = new RegExp(`^\\s*(.*):${HALF}\\s+${HALF}(?:\\s|$)`);

function parseInterface(line: string): InterfaceTraffic {
  const [, name, bytes, packets, errors, dropped, ...transmitted] = LINE.exec(line) ?? [];
  if (name === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return {
    name,
    received: { bytes: Number(bytes), packets: Number(packets), errors: Number(errors), dropped: Number(dropped) },
    transmitted: {
      bytes: Number(transmitted[0]),
      packets: Number(transmitted[1]),
      errors: Number(transmitted[2]),
      dropped: Number(transmitted[3]),
    },
  };
}
