import type { ServerResponse } from 'node:http';
import type { OnLimit } from '../util/limit-counter.ts';
import { closeAtOnce } from './raw-socket.ts';

/**
 * Limits the memory of the response bodies that clients have not read yet. If a new body exceeds the limit, the responses
 * that have been open for the longest time are closed, because their clients probably do not read them.
 */
export class UnsentBodies {
  readonly #maxBytes: number;
  readonly #onLimit: OnLimit;
  /** Open responses of each body, in the order in which the bodies were first sent. Responses may share a body. */
  readonly #open = new Map<Buffer, Set<ServerResponse>>();
  #bytes = 0;

  constructor(maxBytes: number, onLimit: OnLimit) {
    this.#maxBytes = maxBytes;
    this.#onLimit = onLimit;
  }

  /**
   * Ends a response with a body, unless the client has closed the connection. The newest body is always sent, even if it
   * alone exceeds the limit.
   */
  send(response: ServerResponse, body: Buffer): void {
    if (response.closed) return;
    const responses = this.#open.get(body) ?? new Set();
    if (responses.size === 0) {
      this.#open.set(body, responses);
      this.#bytes += body.length;
    }
    responses.add(response);
    response.once('close', () => this.#release(response, body));
    for (const oldest of [...this.#open.keys()]) {
      if (this.#bytes <= this.#maxBytes || oldest === body) break;
      this.#closeAll(oldest);
    }
    response.end(body);
  }

  /** Returns how many bodies of a size fit in the limit. */
  capacity(bytes: number): number {
    return Math.floor(this.#maxBytes / bytes);
  }

  /** Closes a response whose client does not read it. */
  close(response: ServerResponse): void {
    this.#onLimit('unsent_bytes');
    if (response.socket) closeAtOnce(response.socket);
  }

  #closeAll(body: Buffer): void {
    for (const response of this.#open.get(body) ?? []) {
      this.close(response);
      this.#release(response, body);
    }
  }

  #release(response: ServerResponse, body: Buffer): void {
    const responses = this.#open.get(body);
    if (responses?.delete(response) !== true || responses.size > 0) return;
    this.#open.delete(body);
    this.#bytes -= body.length;
  }
}
