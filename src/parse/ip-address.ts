import { BlockList, isIPv6 } from 'node:net';
import { quote } from './lines.ts';

const GROUPS = 8;

/** Parses an IPv4 address of eight hexadecimal digits: `C0A80016` becomes `192.168.0.22`. */
export function parseHexIpv4(text: string): string {
  const bytes = text.match(/^[0-9A-F]{8}$/i) && text.match(/../g);
  if (bytes === null) throw new SyntaxError(`expected an IPv4 address, got ${quote(text)}`);
  return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
}

/**
 * Parses an IPv6 address of eight groups of four digits. Returns its canonical form: `2001:db8::1` for `2001:0db8:…:0001`.
 *
 * https://www.rfc-editor.org/rfc/rfc5952
 */
export function parseFullIpv6(text: string): string {
  if (!/^[0-9A-F]{4}(:[0-9A-F]{4}){7}$/i.test(text)) {
    throw new SyntaxError(`expected an IPv6 address, got ${quote(text)}`);
  }
  const groups = text.split(':').map((group) => Number.parseInt(group, 16).toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < GROUPS; start += 1) {
    const end = groups.findIndex((group, index) => index >= start && group !== '0');
    const length = (end < 0 ? GROUPS : end) - start;
    if (length > longest.length) longest = { start, length };
  }
  return longest;
}

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('127.0.0.0', 8);
LINK_LOCAL.addSubnet('169.254.0.0', 16);
LINK_LOCAL.addAddress('::1', 'ipv6');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');

const NOT_UNICAST = new BlockList();
NOT_UNICAST.addAddress('0.0.0.0');
NOT_UNICAST.addAddress('255.255.255.255');
NOT_UNICAST.addSubnet('224.0.0.0', 4);
NOT_UNICAST.addAddress('::', 'ipv6');
NOT_UNICAST.addSubnet('ff00::', 8, 'ipv6');

/**
 * Returns the scope of an IP address: `link-local` or `global`. Returns an empty text for an unspecified, broadcast or
 * multicast address.
 */
export function scopeOf(address: string): '' | 'link-local' | 'global' {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (LINK_LOCAL.check(address, family)) return 'link-local';
  return NOT_UNICAST.check(address, family) ? '' : 'global';
}
