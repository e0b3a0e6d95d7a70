import { ReadError } from './errors.ts';

/**
 * Calls that may wait for a device, a network or another program, and may wait for ever. Each has a deadline; one that
 * has not come back is not made again, and no more are under way than the program can spare threads for. Others wait
 * for their turn, first come, first served.
 */
export class CallPool {
  readonly #most: number;
  readonly #underWay = new Map<string, Call>();
  readonly #queue = new Map<string, Call>();

  /** @param most threads of libuv that may hang here: host.ts says how many each kind of call has */
  constructor(most: number) {
    this.#most = most;
  }

  /** The calls that have not come back, by what they ask for. */
  get pending(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  /** Whether somebody waited in vain for a call that is still under way. */
  isStuck(key: string): boolean {
    return this.#underWay.get(key)?.isLate ?? false;
  }

  /**
   * @param key what is asked for: `read /host/etc/os-release`. Callers with one key share one call
   * @param milliseconds how long to wait for the answer
   * @throws {ReadError} when no answer came in time, or too many calls hang already
   */
  async run<T>(key: string, milliseconds: number, start: () => Promise<T>): Promise<T> {
    const call = this.#underWay.get(key) ?? this.#queue.get(key) ?? this.#add(key, start);
    const waiter = Promise.withResolvers<unknown>();
    // Not a race with the call: that would add something to a promise that hangs for ever, each time.
    call.waiters.add(waiter);
    const timer = setTimeout(() => {
      call.waiters.delete(waiter);
      waiter.reject(this.#giveUp(key, call, milliseconds));
    }, milliseconds);
    try {
      // Callers with one key ask for one thing.
      return (await waiter.promise) as T;
    } finally {
      clearTimeout(timer);
    }
  }

  #add(key: string, start: () => Promise<unknown>): Call {
    const call: Call = { start, waiters: new Set(), isLate: false };
    if (this.#underWay.size < this.#most) this.#begin(key, call);
    else if ([...this.#underWay.values()].every(({ isLate }) => isLate)) throw this.#busy(key);
    else this.#queue.set(key, call);
    return call;
  }

  #begin(key: string, call: Call): void {
    this.#underWay.set(key, call);
    call.start().then(
      (answer) => {
        this.#end(key);
        for (const { resolve } of call.waiters) resolve(answer);
      },
      (error: unknown) => {
        this.#end(key);
        for (const { reject } of call.waiters) reject(error);
      },
    );
  }

  #end(key: string): void {
    this.#underWay.delete(key);
    for (const [next, call] of this.#queue) {
      this.#queue.delete(next);
      this.#begin(next, call);
      return;
    }
  }

  #giveUp(key: string, call: Call, milliseconds: number): ReadError {
    if (this.#queue.get(key) === call) {
      if (call.waiters.size === 0) this.#queue.delete(key);
      return this.#busy(key);
    }
    call.isLate = true;
    return new ReadError(`Cannot ${key}: no answer within ${Math.round(milliseconds)} ms`, { code: 'ETIMEDOUT' });
  }

  #busy(key: string): ReadError {
    return new ReadError(`Cannot ${key}: ${this.#most} calls hang already`, { code: 'EBUSY' });
  }
}

interface Call {
  readonly start: () => Promise<unknown>;
  readonly waiters: Set<PromiseWithResolvers<unknown>>;
  isLate: boolean;
}
