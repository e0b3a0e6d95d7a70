import { createForwardSearch, parseHex, quote, skipBlanks } from './lines.ts';
import { type ReportProblem, raise, visitRows } from './rows.ts';

export interface NetSockets {
  /** Number of sockets by state. The states are numbers of `include/net/tcp_states.h`. */
  readonly byState: ReadonlyMap<number, number>;
  /** Bytes in the send queues of all sockets. */
  readonly txQueue: number;
  /** Bytes in the receive queues of all sockets. */
  readonly rxQueue: number;
}

/** The fields after the two addresses: state, tx_queue and rx_queue. */
const STATE_AND_QUEUES = /^[0-9A-F]{2} [0-9A-F]{8}:[0-9A-F]{8} /;
const LENGTH = 'st tx_queue:rx_queue '.length;

/**
 * Parses `/proc/net/tcp`, `tcp6`, `udp` and `udp6`: a line of headings, then a line per socket. Returns only totals,
 * because a busy host has a hundred thousand sockets.
 *
 *       sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 …
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export function parseNetSockets(text: string, report: ReportProblem = raise): NetSockets {
  const byState = new Map<number, number>();
  let txQueue = 0;
  let rxQueue = 0;
  // A file without sockets still contains the headings. An empty file is damaged.
  if (!text.includes('local_address')) throw new SyntaxError(`expected headings, got ${quote(text)}`);
  const findColon = createForwardSearch(text, ':');
  const visit = (start: number, end: number): void => {
    if (!isSocket(text, { start, end, findColon })) return;
    const columns = stateAndQueuesOf(text.slice(start, end));
    const state = parseHex(columns.slice(0, 2));
    byState.set(state, (byState.get(state) ?? 0) + 1);
    txQueue += parseHex(columns.slice(3, 11));
    rxQueue += parseHex(columns.slice(12, 20));
  };
  visitRows(text, visit, report);
  return { byState, txQueue, rxQueue };
}

interface SocketLine {
  readonly start: number;
  readonly end: number;
  readonly findColon: (start: number) => number;
}

/** The line of a socket starts with its number and a colon. */
function isSocket(text: string, { start, end, findColon }: SocketLine): boolean {
  const number = skipBlanks(text, start);
  const colon = findColon(number);
  return colon > number && colon < end && /^\d+$/.test(text.slice(number, colon));
}

function stateAndQueuesOf(line: string): string {
  const local = line.indexOf(': ') + 2;
  const remote = line.indexOf(' ', local) + 1;
  const state = line.indexOf(' ', remote) + 1;
  const columns = line.slice(state, state + LENGTH);
  if (!STATE_AND_QUEUES.test(columns)) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return columns;
}
