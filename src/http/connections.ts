import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { OnLimit } from '../util/limit-counter.ts';
import { isHealthRequest } from './health.ts';
import { closeAtOnce, rawSocketOf } from './raw-socket.ts';
import { TaskQueue } from './task-queue.ts';

export interface ConnectionLimits {
  /** Maximum number of open connections. */
  readonly maxConnections: number;
  /** Maximum time in seconds between the end of a response body and the time at which the client has read the response. */
  readonly responseTimeout: number;
}

/**
 * Maximum number of waiting requests on all connections. A request waits until the responses to all earlier requests of its
 * connection are sent. One read from a socket can contain 2,400 requests. A waiting request uses about 4 kB.
 */
const MAX_WAITING_REQUESTS = 5000;

/** Number of times that an unfinished response is checked before its time limit ends. */
const CHECKS_PER_TIMEOUT = 10;

interface Connection {
  /** The TCP or Unix socket. */
  readonly raw: Socket;
  /** The socket with the requests: the raw socket, or the TLS socket on top of it. */
  socket: Socket;
  readonly address: string;
  /** Functions that start the waiting requests of the connection, in the order of the requests. */
  readonly waiting: (() => void)[];
}

/**
 * The open connections of all listeners. Each connection runs one request at a time. A new connection is always accepted: if
 * there are too many connections, the exporter closes a connection of the address that has the most connections.
 */
export class Connections {
  readonly #handle: RequestListener;
  readonly #limits: ConnectionLimits;
  readonly #onLimit: OnLimit;
  /** The connections by raw socket. A connection is in this map from the time at which it is accepted, before a handshake. */
  readonly #bySocket = new Map<Socket, Connection>();
  /** Connections without a running request. The connection that has been idle for the longest time is first. */
  readonly #idle = new Set<Connection>();
  /** Connections with a running request. The connection whose request started first is first. */
  readonly #busy = new Set<Connection>();
  /** Requests that wait for the event loop. A health probe does not wait, because its client may restart the exporter. */
  readonly #queue = new TaskQueue();
  readonly #events = new EventEmitter();
  /** Number of waiting requests of all connections. */
  #waiting = 0;

  constructor(handle: RequestListener, limits: ConnectionLimits, onLimit: OnLimit) {
    this.#handle = handle;
    this.#limits = limits;
    this.#onLimit = onLimit;
  }

  readonly add = (socket: Socket): void => {
    if (this.#bySocket.size >= this.#limits.maxConnections) this.#closeOne();
    const connection: Connection = { raw: socket, socket, address: socket.remoteAddress ?? '', waiting: [] };
    this.#bySocket.set(socket, connection);
    this.#idle.add(connection);
    socket.once('close', () => this.#remove(connection));
    pauseWhileWaiting(connection);
  };

  /** Replaces the raw socket of a connection by a TLS socket, from which the requests are read. */
  readonly secure = (socket: Socket): void => {
    const connection = this.#bySocket.get(rawSocketOf(socket));
    if (connection === undefined) return;
    connection.socket = socket;
    pauseWhileWaiting(connection);
  };

  /** Handles a request when the responses to all earlier requests of its connection are sent. */
  readonly run: RequestListener = (request, response) => {
    const { socket } = request;
    const connection = this.#bySocket.get(rawSocketOf(socket));
    if (connection === undefined || socket.destroyed) return;
    if (!this.#busy.has(connection)) {
      this.#start(connection, request, response);
      return;
    }
    // While the socket is paused, the client can send only until the buffers of the socket are full.
    socket.pause();
    connection.waiting.push(() => this.#start(connection, request, response));
    this.#waiting += 1;
    if (this.#waiting > MAX_WAITING_REQUESTS) this.#closeMostWaiting();
  };

  /** Waits until no request is running, at most `timeoutMs`. */
  async waitUntilIdle(timeoutMs: number): Promise<void> {
    if (this.#busy.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#events.once('idle', resolve);
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
  }

  /** Closes all connections, including those whose handshake has not ended. */
  closeAll(): void {
    for (const socket of this.#bySocket.keys()) socket.destroy();
  }

  #start(connection: Connection, request: IncomingMessage, response: ServerResponse): void {
    this.#idle.delete(connection);
    this.#busy.add(connection);
    const timer = this.#limitTime(connection, response);
    response.once('close', () => {
      clearInterval(timer);
      this.#end(connection);
    });
    const handle = (): void => {
      if (!request.socket.destroyed) this.#handle(request, response);
    };
    if (isHealthRequest(request)) handle();
    else this.#queue.add(handle);
  }

  #end(connection: Connection): void {
    if (!this.#busy.delete(connection)) return;
    const startNext = connection.waiting.shift();
    if (startNext === undefined) {
      this.#idle.add(connection);
      connection.socket.resume();
      this.#emitIfIdle();
      return;
    }
    this.#waiting -= 1;
    this.#busy.add(connection);
    // Between two requests of this connection, the event loop handles the requests of other connections.
    setImmediate(() => {
      if (this.#busy.has(connection)) startNext();
    });
  }

  #remove(connection: Connection): void {
    this.#waiting -= connection.waiting.length;
    connection.waiting.length = 0;
    this.#bySocket.delete(connection.raw);
    this.#idle.delete(connection);
    this.#busy.delete(connection);
    this.#emitIfIdle();
  }

  #emitIfIdle(): void {
    if (this.#busy.size === 0) this.#events.emit('idle');
  }

  /** Closes the connection if the client does not read the response in time. The time does not include the handler. */
  #limitTime(connection: Connection, response: ServerResponse): NodeJS.Timeout {
    let checks = 0;
    const check = (): void => {
      if (response.writableEnded) checks += 1;
      if (checks > CHECKS_PER_TIMEOUT) this.#close(connection, 'response_time');
    };
    return setInterval(check, (this.#limits.responseTimeout * 1000) / CHECKS_PER_TIMEOUT);
  }

  /**
   * Closes a connection of the address that has the most connections: the connection that has been idle for the longest time
   * or, if no connection of the address is idle, the connection whose request started first.
   */
  #closeOne(): void {
    const connections = [...this.#idle, ...this.#busy];
    const address = mostFrequent(connections.map((connection) => connection.address));
    const connection = connections.find((candidate) => candidate.address === address);
    if (connection !== undefined) this.#close(connection, 'connections');
  }

  #closeMostWaiting(): void {
    let longest: Connection | undefined;
    for (const connection of this.#busy) {
      if (connection.waiting.length > (longest?.waiting.length ?? 0)) longest = connection;
    }
    if (longest !== undefined) this.#close(longest, 'requests_ahead');
  }

  #close(connection: Connection, limit: Parameters<OnLimit>[0]): void {
    this.#onLimit(limit);
    closeAtOnce(connection.socket);
    this.#remove(connection);
  }
}

/**
 * Node.js resumes a socket at the end of each request and of each response. This function pauses the current socket of a
 * connection again while requests wait.
 */
function pauseWhileWaiting(connection: Connection): void {
  const { socket } = connection;
  socket.on('resume', () => {
    if (connection.waiting.length > 0) socket.pause();
  });
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | undefined;
  for (const [value, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
}
