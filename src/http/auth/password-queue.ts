import type { Steps } from '../../util/slices.ts';

/** Maximum duration of a slice in milliseconds. Between two slices, the event loop handles other requests. */
const SLICE_MS = 2;
/** Time in milliseconds between two slices, so that comparisons use at most about two thirds of the time. */
const PAUSE_MS = 1;

/** Maximum number of comparisons that wait or run for one client. */
const MAX_PER_CLIENT = 8;
/** Maximum number of comparisons that wait or run for all clients. */
const MAX_COMPARISONS = 32;

interface Comparison {
  readonly steps: Steps<boolean>;
  /** Called with the result; `undefined` if the comparison is dropped. */
  readonly resolve: (isEqual: boolean | undefined) => void;
}

/**
 * Runs comparisons of passwords in slices. Each client has a queue, and the clients take turns, so that a flood from one
 * client delays another client only by its share. If there are too many comparisons, a random one of the client with the
 * most comparisons is dropped: a fixed choice would let a flood drop every comparison of another user behind the same
 * address.
 */
export class PasswordQueue {
  /** The comparisons by client. The client whose slice is due is first. */
  readonly #clients = new Map<string, Comparison[]>();
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** @param random returns a number from 0 to less than 1. Tests replace this function. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Runs a comparison and returns its result; `undefined` if the comparison is dropped. */
  run(client: string, steps: Steps<boolean>): Promise<boolean | undefined> {
    const { promise, resolve } = Promise.withResolvers<boolean | undefined>();
    const queue = this.#clients.get(client) ?? [];
    this.#clients.set(client, queue);
    queue.push({ steps, resolve });
    if (queue.length > MAX_PER_CLIENT) this.#drop(client);
    else if (this.#length > MAX_COMPARISONS) this.#drop(this.#busiestClient());
    this.#timer ??= setTimeout(() => this.#runSlice(), 0);
    return promise;
  }

  get #length(): number {
    let length = 0;
    for (const queue of this.#clients.values()) length += queue.length;
    return length;
  }

  #busiestClient(): string {
    const clients = [...this.#clients].sort(([, one], [, other]) => other.length - one.length);
    const longest = clients[0]?.[1].length;
    const busiest = clients.filter(([, queue]) => queue.length === longest);
    return busiest[Math.floor(this.#random() * busiest.length)]?.[0] ?? '';
  }

  #drop(client: string): void {
    const queue = this.#clients.get(client) ?? [];
    const [dropped] = queue.splice(Math.floor(this.#random() * queue.length), 1);
    if (queue.length === 0) this.#clients.delete(client);
    dropped?.resolve(undefined);
  }

  #runSlice(): void {
    this.#timer = undefined;
    const [next] = this.#clients;
    if (next === undefined) return;
    const [client, queue] = next;
    this.#clients.delete(client);
    runSteps(queue);
    if (queue.length > 0) this.#clients.set(client, queue);
    if (this.#clients.size > 0) this.#timer = setTimeout(() => this.#runSlice(), PAUSE_MS);
  }
}

/** Runs steps of the first comparison for one slice. Removes the comparison when it has ended. */
function runSteps(queue: Comparison[]): void {
  const [first] = queue;
  const end = performance.now() + SLICE_MS;
  while (first !== undefined && performance.now() < end) {
    const { done, value } = first.steps.next();
    if (done !== true) continue;
    queue.shift();
    first.resolve(value);
    return;
  }
}
