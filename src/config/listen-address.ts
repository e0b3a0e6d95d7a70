import type { Flag } from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import { quoteValue } from '../util/redact.ts';
import type { RawFlags } from './raw-flags.ts';

export interface ListenAddress {
  /** Host name or IP address; `undefined` for all addresses of the host. An IPv6 address has no brackets. */
  readonly host: string | undefined;
  /** Port number. If the number is 0, the kernel chooses a free port. */
  readonly port: number;
}

export interface ListenFlags {
  readonly 'web.listen-address': Flag<readonly string[]>;
  readonly 'web.listen-port': Flag<string>;
}

/**
 * Returns the valid addresses. Reports a mistake for each invalid address, for an invalid port, and if both flags are set.
 */
export function parseListenAddresses(raw: RawFlags, flags: ListenFlags): readonly ListenAddress[] {
  const { mistakes } = raw;
  const port = raw.value('web.listen-port', flags['web.listen-port']);
  if (port === '') {
    const addresses = raw.value('web.listen-address', flags['web.listen-address']);
    return addresses.flatMap((address) => mistakes.attempt(() => parseListenAddress(address)) ?? []);
  }
  if (raw.has('web.listen-address')) {
    mistakes.add(new UsageError('Cannot combine the flags --web.listen-port and --web.listen-address'));
  }
  const number = mistakes.attempt(() => parsePort(port, 'web.listen-port', port));
  return number === undefined ? [] : [{ host: undefined, port: number }];
}

/** @throws {UsageError} if the address or its port is invalid */
function parseListenAddress(address: string): ListenAddress {
  const [, ipv6, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address) ?? [];
  const flag = 'web.listen-address';
  if (port === undefined) {
    throw new UsageError(`Invalid value ${quoteValue(address)} for flag --${flag}: expected host:port`);
  }
  return { host: ipv6 || host || undefined, port: parsePort(port, flag, address) };
}

/** @param value the complete value of the flag, for the error message */
function parsePort(port: string, flag: string, value: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (number <= 65535) return number;
  throw new UsageError(`Invalid value ${quoteValue(value)} for flag --${flag}: expected a port from 0 to 65535`);
}

/** Returns a host in the form for URLs: an IPv6 address in brackets, any other host unchanged. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
