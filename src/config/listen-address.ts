import type { Flag } from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { FlagReader } from './sources.ts';

export interface ListenAddress {
  /** `undefined`: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** The flags that say where to listen. */
export interface ListenFlags {
  readonly 'web.listen-address': Flag<readonly string[]>;
  readonly 'web.listen-port': Flag<string>;
}

/** @throws {UsageError} for what is no address, and for a port beside addresses */
export function readListenAddresses(written: FlagReader, flags: ListenFlags): readonly ListenAddress[] {
  const port = written.value('web.listen-port', flags['web.listen-port']);
  if (port === '') {
    return written.value('web.listen-address', flags['web.listen-address']).map(readListenAddress);
  }
  if (written.get('web.listen-address') !== undefined) {
    throw new UsageError('Flags --web.listen-port and --web.listen-address exclude each other');
  }
  return [{ host: undefined, port: readPort(port, 'web.listen-port', port) }];
}

function readListenAddress(address: string): ListenAddress {
  const [, ipv6, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address) ?? [];
  const name = 'web.listen-address';
  if (port === undefined) {
    throw new UsageError(`Bad value ${JSON.stringify(address)} for flag --${name}: expected host:port`);
  }
  return { host: ipv6 || host || undefined, port: readPort(port, name, address) };
}

function readPort(port: string, flag: string, written: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (number <= 65535) return number;
  throw new UsageError(`Bad value ${JSON.stringify(written)} for flag --${flag}: expected a port from 0 to 65535`);
}

/** A host as URLs have it: an IPv6 address in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
