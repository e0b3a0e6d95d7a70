import type { Flag } from '../flags/flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import { quoteValue } from '../util/redact.ts';
import type { RawFlags } from './raw-flags.ts';

/** An address to listen on. */
export type ListenAddress = TcpAddress | UnixAddress | InheritedSocket;

export interface TcpAddress {
  /** Host name or IP address; `undefined` for all addresses of the host. An IPv6 address has no brackets. */
  readonly host: string | undefined;
  /** Port number. If the number is 0, the kernel chooses a free port. */
  readonly port: number;
}

export interface UnixAddress {
  /** Absolute path of a Unix socket. */
  readonly path: string;
}

/** A listening socket that systemd opened before it started the process. */
export interface InheritedSocket {
  readonly fd: number;
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
  const flag = 'web.listen-address';
  if (address.startsWith('unix://')) return { path: parseSocketPath(address, flag) };
  if (address.startsWith('vsock://')) {
    throw new UsageError(
      `Invalid value ${quoteValue(address)} for flag --${flag}: Node.js has no sockets of type vsock`,
    );
  }
  const [, ipv6, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(address) ?? [];
  if (port === undefined) {
    throw new UsageError(`Invalid value ${quoteValue(address)} for flag --${flag}: expected host:port`);
  }
  return { host: ipv6 || host || undefined, port: parsePort(port, flag, address) };
}

/** Maximum length of the path of a Unix socket in bytes (unix(7)). */
const MAX_SOCKET_PATH = 107;

function parseSocketPath(address: string, flag: string): string {
  const path = address.slice('unix://'.length);
  const isValid = path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) <= MAX_SOCKET_PATH;
  if (isValid) return path;
  throw new UsageError(
    `Invalid value ${quoteValue(address)} for flag --${flag}: expected an absolute path of at most ${MAX_SOCKET_PATH} bytes`,
  );
}

/** @param value the complete value of the flag, for the error message */
function parsePort(port: string, flag: string, value: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (number <= 65535) return number;
  throw new UsageError(`Invalid value ${quoteValue(value)} for flag --${flag}: expected a port from 0 to 65535`);
}

/** First descriptor that systemd passes (SD_LISTEN_FDS_START). */
const FIRST_DESCRIPTOR = 3;
const MAX_DESCRIPTORS = 64;

/**
 * Returns the sockets that systemd passes to this process; an empty list if there are none.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
 */
export function inheritedSockets(
  { LISTEN_PID: pid, LISTEN_FDS: count = '' }: Readonly<Record<string, string | undefined>>,
  ownPid = process.pid,
): readonly InheritedSocket[] {
  if (pid !== String(ownPid) || !/^\d{1,2}$/.test(count)) return [];
  const length = Math.min(Number(count), MAX_DESCRIPTORS);
  return Array.from({ length }, (_, index) => ({ fd: FIRST_DESCRIPTOR + index }));
}

/** Returns a host in the form for URLs: an IPv6 address in brackets, any other host unchanged. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
