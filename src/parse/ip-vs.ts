import { parseFullIpv6, parseHexIpv4 } from './ip-address.ts';
import { parseDecimal, parseHex, quote, requireContent, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A real server of a virtual service. A malformed number is `undefined`. */
export interface IpVsBackend {
  /**
   * Protocol of the virtual service: `TCP`, `UDP` or `SCTP`. The text is `FWM` for a service that has a firewall mark and
   * no address.
   */
  readonly protocol: string;
  /** Address of the virtual service; empty for a service with a firewall mark. */
  readonly localAddress: string;
  readonly localPort: number;
  /** Firewall mark of the virtual service; empty for a service with an address. */
  readonly localMark: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly weight: number | undefined;
  readonly activeConnections: number | undefined;
  readonly inactiveConnections: number | undefined;
}

type VirtualService = Pick<IpVsBackend, 'protocol' | 'localAddress' | 'localPort' | 'localMark'>;

/** First words of the lines before the first service: the line with the version, and the line with the headings. */
const HEADINGS: ReadonlySet<string> = new Set(['IP', 'Prot']);
const ARROW = '->';
/**
 * Names that the kernel prints for protocols (ip_vs_proto_name() in `net/netfilter/ipvs/ip_vs_proto.c`), and `FWM` for
 * services with a firewall mark.
 */
const PROTOCOLS: ReadonlySet<string> = new Set(['AH', 'ESP', 'FWM', 'SCTP', 'TCP', 'UDP']);

/**
 * Parses `/proc/net/ip_vs`. The file contains a line for each virtual service. After this line, it contains one line for
 * each real server of the service.
 *
 *     IP Virtual Server version 1.2.1 (size=4096)
 *     Prot LocalAddress:Port Scheduler Flags
 *       -> RemoteAddress:Port Forward Weight ActiveConn InActConn
 *     TCP  0A000001:0050 wlc
 *       -> 0A00000B:1F90      Masq    100    12         3
 *     TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:0050 rr
 *     FWM  10001000 wlc
 *
 * https://docs.kernel.org/networking/ipvs-sysctl.html, `net/netfilter/ipvs/ip_vs_ctl.c`
 */
export function parseIpVs(text: string, report: ReportProblem = raise): IpVsBackend[] {
  // The kernel prints the headings even if there is no service.
  requireContent(text, 'headings');
  let service: VirtualService | undefined;
  const parseLine = (line: string): IpVsBackend | undefined => {
    const words = splitWords(line);
    const [first = ''] = words;
    if (HEADINGS.has(first)) return undefined;
    // The line with the headings of the servers also starts with an arrow. This line is skipped, because no service
    // precedes it.
    if (first === ARROW) return service && { ...service, ...parseServer(line, words, report) };
    if (!PROTOCOLS.has(first)) throw new SyntaxError(`unexpected line ${quote(line)}`);
    // The address of the service is malformed, so the servers of the service are ignored.
    service = undefined;
    service = parseService(line, words);
    return undefined;
  };
  return parseRows(splitLines(text), parseLine, report);
}

function parseService(line: string, [protocol, local]: readonly string[]): VirtualService {
  if (protocol === undefined || local === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (protocol === 'FWM') {
    if (!/^[0-9A-F]{1,8}$/i.test(local)) throw new SyntaxError(`expected a firewall mark, got ${quote(local)}`);
    return { protocol, localAddress: '', localPort: 0, localMark: local };
  }
  const { address, port } = parseEndpoint(local);
  return { protocol, localAddress: address, localPort: port, localMark: '' };
}

function parseServer(
  line: string,
  words: readonly string[],
  report: ReportProblem,
): Omit<IpVsBackend, keyof VirtualService> {
  const [, remote, , weight, active, inactive] = words;
  if (remote === undefined || weight === undefined || active === undefined || inactive === undefined) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  const { address, port } = parseEndpoint(remote);
  const reportNumber = reportIn(line, report);
  return {
    remoteAddress: address,
    remotePort: port,
    // The kernel prints these numbers with a sign. A count may fall below 0 for a moment.
    weight: tryParse(parseDecimal, weight, reportNumber),
    activeConnections: tryParse(parseDecimal, active, reportNumber),
    inactiveConnections: tryParse(parseDecimal, inactive, reportNumber),
  };
}

function parseEndpoint(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw new SyntaxError(`expected an address and a port, got ${quote(text)}`);
  const host = text.slice(0, colon);
  const address = host.startsWith('[') ? parseFullIpv6(host.slice(1, -1)) : parseHexIpv4(host);
  return { address, port: parseHex(text.slice(colon + 1)) };
}

/** Totals since the module ip_vs was loaded. A malformed number is `undefined`. */
export interface IpVsStats {
  readonly connections: number | undefined;
  readonly incomingPackets: number | undefined;
  readonly outgoingPackets: number | undefined;
  readonly incomingBytes: number | undefined;
  readonly outgoingBytes: number | undefined;
}

const TOTALS = 5;

/**
 * Parses `/proc/net/ip_vs_stats`. The file contains totals in hexadecimal, then rates. The rates are ignored.
 *
 *        Total Incoming Outgoing         Incoming         Outgoing
 *        Conns  Packets  Packets            Bytes            Bytes
 *         1C3B   1FA2D1        0         9C41E702                0
 *
 *      Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
 *
 * https://docs.kernel.org/networking/ipvs-sysctl.html, `net/netfilter/ipvs/ip_vs_ctl.c`
 */
export function parseIpVsStats(text: string, report: ReportProblem = raise): IpVsStats {
  const lines = splitLines(text);
  const rates = lines.findIndex((line) => line.includes('/s'));
  const row = lines.slice(0, rates === -1 ? lines.length : rates).find(isTotals);
  if (row === undefined) throw new SyntaxError(`expected five numbers in ${quote(text)}`);
  const [connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes] = splitWords(row).map((word) =>
    tryParse(parseHex, word, reportIn(row, report)),
  );
  return { connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes };
}

/**
 * Returns whether a line contains the totals. Some of its numbers may be malformed. A line of headings contains no number.
 */
function isTotals(line: string): boolean {
  const words = splitWords(line);
  return words.length === TOTALS && words.some((word) => /^[0-9A-F]+$/.test(word));
}
