import type { ServerResponse } from 'node:http';

/** Time in milliseconds that a response waits for a place. After this time, it takes the place of the oldest response. */
const MAX_WAIT_MS = 250;

export interface PlacesOptions {
  /** Returns the number of places at this moment. There is always at least one. */
  readonly count: () => number;
  /** Closes a response that has to give its place to another response. */
  readonly close: (response: ServerResponse) => void;
}

/**
 * Limits how many responses are being prepared or sent at the same time. A response holds its place until it is closed. Other
 * responses wait in the order of their requests.
 */
export class Places {
  readonly #count: () => number;
  readonly #close: (response: ServerResponse) => void;
  /** Responses that are being prepared or sent. The one that started first is first. */
  readonly #holders = new Set<ServerResponse>();
  readonly #waiters = new Map<ServerResponse, () => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ count, close }: PlacesOptions) {
    this.#count = count;
    this.#close = close;
  }

  /** Waits until the response has a place. Returns false if the client closes the connection first. */
  take(response: ServerResponse): Promise<boolean> {
    if (response.closed) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiters.set(response, () => resolve(true));
    response.once('close', () => {
      this.#waiters.delete(response);
      this.#holders.delete(response);
      resolve(false);
      this.#fill();
    });
    this.#fill();
    return promise;
  }

  #fill(): void {
    for (const [response, start] of this.#waiters) {
      if (this.#holders.size >= Math.max(1, this.#count())) break;
      this.#waiters.delete(response);
      this.#holders.add(response);
      start();
    }
    if (this.#waiters.size > 0) this.#timer ??= setTimeout(() => this.#closeOldest(), MAX_WAIT_MS);
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #closeOldest(): void {
    this.#timer = undefined;
    const [oldest] = this.#holders;
    if (oldest !== undefined) this.#close(oldest);
    this.#fill();
  }
}
