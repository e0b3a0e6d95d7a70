import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import { codeOf } from '../util/errors.ts';
import type { OnLimit } from '../util/limit-counter.ts';
import { type ConnectionLimits, Connections } from './connections.ts';

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
}

/** The HTTP listeners of an exporter. */
export class Servers {
  readonly #servers: readonly Server[];
  readonly #connections: Connections;

  private constructor(servers: readonly Server[], connections: Connections) {
    this.#servers = servers;
    this.#connections = connections;
  }

  /** @throws {Error} with the address and the reason if an address is in use or does not belong to the host */
  static async listen(
    addresses: readonly ListenAddress[],
    handle: RequestListener,
    { limits, onLimit }: ServersOptions,
  ): Promise<Servers> {
    const connections = new Connections(handle, limits, onLimit);
    const servers: Server[] = [];
    try {
      for (const address of addresses) servers.push(await listen(address, connections));
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new Servers(servers, connections);
  }

  /** URLs of the listeners, for example `http://[::]:23333`. */
  get urls(): readonly string[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo;
      return `http://${hostInUrl(address)}:${port}`;
    });
  }

  /** Waits for at most `timeoutMs` until no request is running. Then closes the listeners and all connections. */
  async close(timeoutMs: number): Promise<void> {
    await this.#connections.waitUntilIdle(timeoutMs);
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
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
async function listen({ host, port }: ListenAddress, connections: Connections): Promise<Server> {
  try {
    return await listenOn({ host: host ?? ALL_ADDRESSES, port }, connections);
  } catch (error) {
    if (host === undefined && NO_IPV6.has(codeOf(error)))
      return listen({ host: ALL_IPV4_ADDRESSES, port }, connections);
    const code = codeOf(error) ?? String(error);
    throw new Error(`Cannot listen on ${hostInUrl(host ?? '')}:${port}: ${REASONS[code] ?? code}`);
  }
}

async function listenOn(
  address: { readonly host: string; readonly port: number },
  connections: Connections,
): Promise<Server> {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    connections.run,
  );
  server.on('connection', connections.add);
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.listen({ ...address, backlog: BACKLOG });
  await once(server, 'listening');
  return server;
}
