import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import { codeOf } from '../util/errors.ts';

/**
 * Time until an idle connection is closed. It is longer than usual scrape intervals, so that Prometheus can reuse its
 * connection.
 */
const KEEP_ALIVE_MS = 120_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/**
 * Time without traffic after which a connection is closed, even during a request. The client of such a request probably
 * does not read the response.
 */
const IDLE_TIMEOUT_MS = 150_000;

/** The HTTP listeners of an exporter. */
export class Servers {
  readonly #servers: readonly Server[];
  readonly #requests: RunningRequests;

  private constructor(servers: readonly Server[], requests: RunningRequests) {
    this.#servers = servers;
    this.#requests = requests;
  }

  /** @throws {Error} with the address and the reason if an address is in use or does not belong to the host */
  static async listen(addresses: readonly ListenAddress[], handle: RequestListener): Promise<Servers> {
    const requests = new RunningRequests();
    const servers: Server[] = [];
    try {
      for (const address of addresses) servers.push(await listen(address, oneAtATime(requests.count(handle))));
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new Servers(servers, requests);
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
    await this.#requests.waitForNone(timeoutMs);
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/**
 * Delays a pipelined request until the previous response is closed. Therefore only one scrape at a time runs on a
 * connection.
 */
function oneAtATime(handle: RequestListener): RequestListener {
  const lastResponses = new WeakMap<Socket, ServerResponse>();
  return (request, response) => {
    const { socket } = request;
    const last = lastResponses.get(socket);
    lastResponses.set(socket, response);
    if (last === undefined || last.closed) handle(request, response);
    else {
      last.once('close', () => {
        if (!socket.destroyed) handle(request, response);
      });
    }
  };
}

class RunningRequests {
  readonly #events = new EventEmitter();
  #count = 0;

  /** Returns a listener that counts running requests and calls `handle`. */
  count(handle: RequestListener): RequestListener {
    return (request, response) => {
      this.#count += 1;
      response.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#events.emit('none');
      });
      handle(request, response);
    };
  }

  /** Waits for at most `timeoutMs` until no request is running. */
  async waitForNone(timeoutMs: number): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#events.once('none', resolve);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
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
async function listen({ host, port }: ListenAddress, handle: RequestListener): Promise<Server> {
  try {
    return await listenOn({ host: host ?? ALL_ADDRESSES, port }, handle);
  } catch (error) {
    if (host === undefined && NO_IPV6.has(codeOf(error))) return listen({ host: ALL_IPV4_ADDRESSES, port }, handle);
    const code = codeOf(error) ?? String(error);
    throw new Error(`Cannot listen on ${hostInUrl(host ?? '')}:${port}: ${REASONS[code] ?? code}`);
  }
}

async function listenOn(
  address: { readonly host: string; readonly port: number },
  handle: RequestListener,
): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    handle,
  );
  server.setTimeout(IDLE_TIMEOUT_MS);
  server.listen(address);
  await once(server, 'listening');
  return server;
}
