import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { hostInUrl, type ListenAddress, type TcpAddress } from '../config/listen-address.ts';
import { removeStaleSocket } from '../host/unix-socket.ts';
import { codeOf, messageOf } from '../util/errors.ts';
import type { OnLimit } from '../util/limit-counter.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import type { TlsConnections } from './tls/tls-connections.ts';

/**
 * Time until an idle connection is closed. It is longer than usual scrape intervals, so that Prometheus can reuse its
 * connection.
 */
const KEEP_ALIVE_MS = 120_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/**
 * Maximum number of connections that wait to be accepted. When more clients connect, the kernel drops their packets, and
 * they try again after a second. The kernel's net.core.somaxconn also limits the number.
 */
const BACKLOG = 4096;
/** Time between two checks of the time limits of requests. */
const CHECK_INTERVAL_MS = 5000;
/**
 * Time without traffic after which a connection is closed, even during a request. The client of such a request probably
 * does not read the response.
 */
const IDLE_TIMEOUT_MS = 150_000;

export interface ServersOptions {
  readonly limits: ConnectionLimits;
  /** Called each time that a limit closes a connection. */
  readonly onLimit: OnLimit;
  /** Runs the handshakes of new connections; `undefined` for plain HTTP. */
  readonly tls?: TlsConnections | undefined;
}

/** The HTTP listeners of an exporter. */
export class Servers {
  readonly #servers: readonly Server[];
  readonly #connections: Connections;
  readonly #scheme: string;

  private constructor(servers: readonly Server[], connections: Connections, scheme: string) {
    this.#servers = servers;
    this.#connections = connections;
    this.#scheme = scheme;
  }

  /** @throws {Error} with the address and the reason if an address is in use or does not belong to the host */
  static async listen(
    addresses: readonly ListenAddress[],
    handle: RequestListener,
    { limits, onLimit, tls }: ServersOptions,
  ): Promise<Servers> {
    const connections = new Connections(handle, limits, onLimit);
    const servers: Server[] = [];
    try {
      for (const address of addresses) servers.push(await listen(address, () => createHttpServer(connections, tls)));
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new Servers(servers, connections, tls === undefined ? 'http' : 'https');
  }

  /** URLs of the listeners, for example `http://[::]:23333` or `unix:///run/exporter.sock`. */
  get urls(): readonly string[] {
    return this.#servers.map((server) => {
      const address = server.address();
      // The path of a Unix socket of systemd is unknown.
      if (address === null || address === '') return 'a socket of systemd';
      if (typeof address === 'string') return `unix://${address}`;
      return `${this.#scheme}://${hostInUrl(address.address)}:${address.port}`;
    });
  }

  /** Waits for at most `timeoutMs` until no request is running. Then closes the listeners and all connections. */
  async close(timeoutMs: number): Promise<void> {
    await this.#connections.waitUntilIdle(timeoutMs);
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    this.#connections.closeAll();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'the host has no such address',
  // A kernel without IPv6 returns this error for an IPv6 address.
  EAFNOSUPPORT: 'the host has no such address',
  EACCES: 'permission denied',
  ENOTFOUND: 'no such host name',
};

/** Address for all IPv6 and IPv4 addresses of the host. A socket on `::` also accepts IPv4 connections. */
const ALL_ADDRESSES = '::';
const ALL_IPV4_ADDRESSES = '0.0.0.0';

/** Error codes for a socket on `::` if the kernel or the network namespace has no IPv6. */
const NO_IPV6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** @throws {Error} with the address and the reason, if the address cannot be used */
async function listen(address: ListenAddress, create: () => Server): Promise<Server> {
  if ('fd' in address) return listenOn(address, create());
  if ('path' in address) return listenOnPath(address.path, create);
  return listenOnPort(address, create);
}

async function listenOnPort({ host, port }: TcpAddress, create: () => Server): Promise<Server> {
  try {
    return await listenOn({ host: host ?? ALL_ADDRESSES, port }, create());
  } catch (error) {
    if (host === undefined && NO_IPV6.has(codeOf(error)))
      return listenOnPort({ host: ALL_IPV4_ADDRESSES, port }, create);
    throw listenError(`${hostInUrl(host ?? '')}:${port}`, error);
  }
}

/** Listens on a Unix socket. Removes the socket first if no process listens on it any more. */
async function listenOnPath(path: string, create: () => Server): Promise<Server> {
  try {
    await removeStaleSocket(path);
    return await listenOn({ path }, create());
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw new Error(`Cannot listen on unix://${path}: the path is in use`);
    throw listenError(`unix://${path}`, error);
  }
}

function listenError(address: string, error: unknown): Error {
  const reason = codeOf(error) ?? messageOf(error);
  return new Error(`Cannot listen on ${address}: ${REASONS[reason] ?? reason}`);
}

async function listenOn(address: Parameters<Server['listen']>[0] & object, server: Server): Promise<Server> {
  server.listen({ ...address, backlog: BACKLOG });
  await once(server, 'listening');
  return server;
}

function createHttpServer(connections: Connections, tls: TlsConnections | undefined): Server {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    connections.run,
  );
  server.setTimeout(IDLE_TIMEOUT_MS);
  if (tls === undefined) server.on('connection', connections.add);
  else readRequestsFromTls(server, connections, tls);
  return server;
}

/** Makes a server read requests from the decrypted connections in place of the accepted ones. */
function readRequestsFromTls(server: Server, connections: Connections, tls: TlsConnections): void {
  const readRequests = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (raw) => {
    connections.add(raw);
    tls.start(raw, (secure) => {
      connections.secure(secure);
      for (const read of readRequests) read.call(server, secure);
    });
  });
}
