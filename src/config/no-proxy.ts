import { BlockList, isIP } from 'node:net';

/** Host and port to connect to. An IPv6 address has no brackets. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns whether a host name or address belongs to the loopback interface. A proxy on another host cannot reach this
 * interface.
 */
export function isLoopback(host: string): boolean {
  return isIP(host) === 0 ? /^(?:.+\.)?localhost\.?$/i.test(host) : contains(LOOPBACK, host);
}

/**
 * Returns whether the list in `NO_PROXY` contains a target. Entries are separated by commas or spaces. An entry is
 * `*` for every target, a domain that includes its subdomains, an address, or a range of addresses: `10.0.0.0/8` or
 * `10.0.0.1-10.0.0.9`. A domain or an address may have a port. An invalid entry matches no target.
 */
export function isInNoProxy(list: string, target: ProxyTarget): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry, target));
}

function matches(entry: string, { host, port }: ProxyTarget): boolean {
  if (entry === '*') return true;
  const addresses = parseAddresses(entry);
  if (addresses !== undefined) return contains(addresses, host);
  const [, address, name = '', requiredPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  if (requiredPort !== undefined && Number(requiredPort) !== port) return false;
  const addressWithPort = parseAddresses(address ?? name);
  if (addressWithPort !== undefined) return contains(addressWithPort, host);
  const domain = withoutFinalDot(name.replace(/^\*?\./, ''));
  const wanted = withoutFinalDot(host.toLowerCase());
  return domain !== '' && (wanted === domain || wanted.endsWith(`.${domain}`));
}

/** Returns the addresses of an entry without a port; `undefined` if the entry is not an address or a range of addresses. */
function parseAddresses(entry: string): BlockList | undefined {
  const [, first = '', separator, second = ''] = /^([0-9a-f.:]+)(?:([/-])([0-9a-f.:]+))?$/.exec(entry) ?? [];
  const family = isIP(first);
  if (family === 0) return undefined;
  const list = new BlockList();
  try {
    if (separator === undefined) list.addAddress(first, familyName(family));
    else if (separator === '-') list.addRange(first, second, familyName(family));
    else list.addSubnet(first, Number(second), familyName(family));
  } catch {
    // If the prefix length or the second address is invalid, the list stays empty.
  }
  return list;
}

function contains(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, familyName(family));
}

function familyName(family: number): 'ipv4' | 'ipv6' {
  return family === 6 ? 'ipv6' : 'ipv4';
}

function withoutFinalDot(name: string): string {
  return name.replace(/\.$/, '');
}
