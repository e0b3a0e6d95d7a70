import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hostInUrl, type ListenAddress } from '../config/listen-address.ts';
import { codeOf } from '../util/errors.ts';

/** Longer than the usual scrape interval, so that Prometheus keeps its connection. */
const KEEP_ALIVE_MS = 120_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
/** A client that takes nothing for so long is cut off. */
const IDLE_MS = 150_000;

export class Servers {
  readonly #servers: readonly Server[];
  readonly #requests: RequestsUnderWay;

  private constructor(servers: readonly Server[], requests: RequestsUnderWay) {
    this.#servers = servers;
    this.#requests = requests;
  }

  /** @throws {Error} with the address, when it is taken or not ours */
  static async listen(addresses: readonly ListenAddress[], handle: RequestListener): Promise<Servers> {
    const requests = new RequestsUnderWay();
    const servers: Server[] = [];
    try {
      for (const address of addresses) servers.push(await listen(address, inTurn(requests.counting(handle))));
    } catch (error) {
      for (const server of servers) server.close();
      throw error;
    }
    return new Servers(servers, requests);
  }

  /** Where they listen, as URLs. */
  get urls(): readonly string[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo;
      return `http://${hostInUrl(address)}:${port}`;
    });
  }

  /** Lets the requests under way end, but not longer than told, and then takes no more and cuts off what is left. */
  async close(patienceMs: number): Promise<void> {
    await this.#requests.none(patienceMs);
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** What a client sends ahead waits for the answer before it: one connection takes one place at a time. */
function inTurn(handle: RequestListener): RequestListener {
  const last = new WeakMap<Socket, ServerResponse>();
  return (request, response) => {
    const { socket } = request;
    const before = last.get(socket);
    last.set(socket, response);
    if (before === undefined || before.closed) handle(request, response);
    else {
      before.once('close', () => {
        if (!socket.destroyed) handle(request, response);
      });
    }
  };
}

class RequestsUnderWay {
  readonly #events = new EventEmitter();
  #count = 0;

  counting(handle: RequestListener): RequestListener {
    return (request, response) => {
      this.#count += 1;
      response.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#events.emit('none');
      });
      handle(request, response);
    };
  }

  /** Comes when no request is under way, at the latest after some time. */
  async none(patienceMs: number): Promise<void> {
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#events.once('none', resolve);
    const timer = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(timer);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  // A kernel without IPv6.
  EAFNOSUPPORT: 'this machine has no such address',
  EACCES: 'permission denied',
  ENOTFOUND: 'no such host name',
};

async function listen({ host = '0.0.0.0', port }: ListenAddress, handle: RequestListener): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
    handle,
  );
  server.setTimeout(IDLE_MS);
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    throw new Error(`Cannot listen on ${hostInUrl(host)}:${port}: ${REASONS[code] ?? code}`);
  }
  return server;
}
