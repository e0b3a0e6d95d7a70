import type { Steps } from '../../util/slices.ts';

/** Maximum duration of a slice in milliseconds. Between two slices, the event loop handles other requests. */
const SLICE_MS = 2;
/** Time in milliseconds between two slices, so that comparisons use at most about two thirds of the time. */
const PAUSE_MS = 1;

/** Maximum number of clients whose comparisons run at the same time. */
const MAX_RUNNING = 32;
/** Maximum number of clients. */
const MAX_CLIENTS = 512;
/**
 * Maximum number of comparisons of one client that wait while another comparison of this client runs. With hashes of cost 10,
 * a comparison then waits for less than the usual timeout of a scrape, which is 10 seconds.
 */
const MAX_WAITING = 64;

interface Comparison {
  readonly steps: Steps<boolean>;
  /** Called with the result; `undefined` if the comparison is dropped. */
  readonly resolve: (isEqual: boolean | undefined) => void;
}

interface Client {
  running: Comparison;
  readonly waiting: Comparison[];
}

/**
 * Runs comparisons of passwords in slices. One comparison of each client runs at a time, and the clients take turns, so that
 * a flood from one client delays another client only by its share.
 *
 * The comparisons of a client run in the order of the requests. But if too many of them wait, a random one is dropped, and a
 * random one runs next: in any fixed order, a flood could prevent the comparison of another user behind the same address.
 */
export class PasswordQueue {
  /** The clients in the order in which their comparisons start. */
  readonly #clients = new Map<string, Client>();
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #slices = 0;

  /** @param random returns a number from 0 to less than 1. Tests replace this function. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Runs a comparison and returns its result; `undefined` if the comparison is dropped. */
  run(name: string, steps: Steps<boolean>): Promise<boolean | undefined> {
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    const comparison = { steps, resolve };
    const client = this.#clients.get(name);
    if (client !== undefined) this.#wait(client, comparison);
    else if (this.#clients.size >= MAX_CLIENTS) resolve(undefined);
    else this.#clients.set(name, { running: comparison, waiting: [] });
    this.#timer ??= setTimeout(() => this.#runSlice(), PAUSE_MS);
    return promise;
  }

  #wait({ waiting }: Client, comparison: Comparison): void {
    waiting.push(comparison);
    if (waiting.length > MAX_WAITING) this.#takeRandom(waiting)?.resolve(undefined);
  }

  #takeRandom(waiting: Comparison[]): Comparison | undefined {
    return waiting.splice(Math.floor(this.#random() * waiting.length), 1)[0];
  }

  #runSlice(): void {
    this.#timer = undefined;
    this.#slices += 1;
    const running = [...this.#clients].slice(0, MAX_RUNNING);
    const next = running[this.#slices % running.length];
    if (next === undefined) return;
    const [name, client] = next;
    if (hasEnded(client.running)) this.#startNext(name, client);
    if (this.#clients.size > 0) this.#timer = setTimeout(() => this.#runSlice(), PAUSE_MS);
  }

  /** Moves a client behind all others, or removes it if it has no waiting comparison. */
  #startNext(name: string, client: Client): void {
    this.#clients.delete(name);
    const { waiting } = client;
    const next = waiting.length < MAX_WAITING ? waiting.shift() : this.#takeRandom(waiting);
    if (next === undefined) return;
    client.running = next;
    this.#clients.set(name, client);
  }
}

/** Runs steps of a comparison for one slice. Returns whether the comparison has ended. */
function hasEnded({ steps, resolve }: Comparison): boolean {
  const end = performance.now() + SLICE_MS;
  while (performance.now() < end) {
    const { done, value } = steps.next();
    if (done !== true) continue;
    resolve(value);
    return true;
  }
  return false;
}
