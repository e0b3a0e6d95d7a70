import { parseFullIpv6, parseHexIpv4 } from './ip-address.ts';
import { parseHex, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A real server of a virtual service. */
export interface IpVsBackend {
  /**
   * Protocol of the virtual service: `TCP`, `UDP`, `SCTP`, or `FWM` for a service with a firewall mark instead of an
   * address.
   */
  readonly protocol: string;
  /** Address of the virtual service; empty for a service with a firewall mark. */
  readonly localAddress: string;
  readonly localPort: number;
  /** Firewall mark of the virtual service; empty for a service with an address. */
  readonly localMark: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

type VirtualService = Pick<IpVsBackend, 'protocol' | 'localAddress' | 'localPort' | 'localMark'>;

/** Number of lines before the first service: a line with the version and two lines of headings. */
const HEADER_LINES = 3;
const ARROW = '->';

/**
 * Parses `/proc/net/ip_vs`: a line per virtual service, each followed by a line per real server.
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
export function parseIpVs(text: string): IpVsBackend[] {
  const backends: IpVsBackend[] = [];
  let service: VirtualService | undefined;
  for (const line of splitLines(text).slice(HEADER_LINES)) {
    const words = splitWords(line);
    if (words[0] !== ARROW) service = parseService(line, words);
    else if (service === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    else backends.push({ ...service, ...parseServer(line, words) });
  }
  return backends;
}

function parseService(line: string, [protocol, local]: readonly string[]): VirtualService {
  if (protocol === undefined || local === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  if (protocol === 'FWM') return { protocol, localAddress: '', localPort: 0, localMark: local };
  const { address, port } = parseEndpoint(local);
  return { protocol, localAddress: address, localPort: port, localMark: '' };
}

function parseServer(line: string, words: readonly string[]): Omit<IpVsBackend, keyof VirtualService> {
  const [, remote, , weight, active, inactive] = words;
  if (remote === undefined || weight === undefined || active === undefined || inactive === undefined) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  const { address, port } = parseEndpoint(remote);
  return {
    remoteAddress: address,
    remotePort: port,
    weight: parseUnsigned(weight),
    activeConnections: parseUnsigned(active),
    inactiveConnections: parseUnsigned(inactive),
  };
}

function parseEndpoint(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  if (colon < 0) throw new SyntaxError(`expected an address and a port, got ${quote(text)}`);
  const host = text.slice(0, colon);
  const address = host.startsWith('[') ? parseFullIpv6(host.slice(1, -1)) : parseHexIpv4(host);
  return { address, port: parseHex(text.slice(colon + 1)) };
}

/** Totals since the module ip_vs was loaded. */
export interface IpVsStats {
  readonly connections: number;
  readonly incomingPackets: number;
  readonly outgoingPackets: number;
  readonly incomingBytes: number;
  readonly outgoingBytes: number;
}

/**
 * Parses `/proc/net/ip_vs_stats`: totals in hexadecimal, followed by rates.
 *
 *        Total Incoming Outgoing         Incoming         Outgoing
 *        Conns  Packets  Packets            Bytes            Bytes
 *         1C3B   1FA2D1        0         9C41E702                0
 *
 * https://docs.kernel.org/networking/ipvs-sysctl.html, `net/netfilter/ipvs/ip_vs_ctl.c`
 */
export function parseIpVsStats(text: string): IpVsStats {
  const line = text.split('\n')[2] ?? '';
  const [connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes] = splitWords(line).map(parseHex);
  if (
    connections === undefined ||
    incomingPackets === undefined ||
    outgoingPackets === undefined ||
    incomingBytes === undefined ||
    outgoingBytes === undefined
  ) {
    throw new SyntaxError(`expected five numbers in ${quote(line)}`);
  }
  return { connections, incomingPackets, outgoingPackets, incomingBytes, outgoingBytes };
}
