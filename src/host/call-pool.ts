import { ReadError } from './errors.ts';

interface PendingCall {
  readonly start: () => Promise<unknown>;
  readonly waiters: Set<PromiseWithResolvers<unknown>>;
  /** True if the call has been running for longer than the pool allows. */
  isLate: boolean;
}

/** Time in milliseconds after which a running call counts as stuck. It does not depend on the deadlines of the callers. */
const LATE_AFTER_MS = 4000;

/**
 * Time between two checks of the deadline of a call. It must be shorter than the time that a pass reserves for its response.
 */
const CHECK_INTERVAL_MS = 50;

/**
 * Runs calls that may wait for a device, a network or another program, possibly for ever. Each caller waits until its
 * deadline only. A call that has not returned is not started again, and no new caller waits for a call that is stuck. At
 * most `limit` calls run at a time; other calls wait in a queue until a call returns, or until all running calls are stuck.
 */
export class CallPool {
  readonly #limit: number;
  readonly #lateAfterMs: number;
  readonly #running = new Map<string, PendingCall>();
  readonly #queue = new Map<string, PendingCall>();

  /** @param limit number of libuv's threads that the calls of this pool may occupy */
  constructor(limit: number, lateAfterMs = LATE_AFTER_MS) {
    this.#limit = limit;
    this.#lateAfterMs = lateAfterMs;
  }

  /** The keys of the calls that have not returned. */
  get pending(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Returns whether a call is running. */
  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** Returns whether a call has been running for so long that new callers do not wait for it. */
  isStuck(key: string): boolean {
    return this.#running.get(key)?.isLate ?? false;
  }

  /**
   * Returns the result of a call.
   *
   * @param key purpose of the call, for messages: `read /host/etc/os-release`. Callers with the same key share one call.
   * @param timeout maximum time to wait for the result, in milliseconds. If it is a function, the function is called
   *   repeatedly while the call runs, because the deadline of a pass can move to an earlier time.
   * @throws {ReadError} ETIMEDOUT if the call does not return in time or is stuck, EBUSY if too many other calls are stuck
   */
  async run<T>(key: string, timeout: number | (() => number), start: () => Promise<T>): Promise<T> {
    if (this.isStuck(key)) throw timeoutError(`Cannot ${key}: the last call has not ended`);
    const remaining = typeof timeout === 'number' ? () => timeout : timeout;
    const call = this.#running.get(key) ?? this.#queue.get(key) ?? this.#add(key, start);
    const waiter = Promise.withResolvers<unknown>();
    // Promise.race() is not used here, because it adds one more reaction to the promise of a stuck call in each pass.
    call.waiters.add(waiter);
    const started = performance.now();
    const milliseconds = remaining();
    const check = (): void => {
      const waited = performance.now() - started;
      const left = Math.min(milliseconds - waited, remaining());
      if (left > 1) {
        timer = setTimeout(check, Math.min(left, CHECK_INTERVAL_MS));
        return;
      }
      call.waiters.delete(waiter);
      waiter.reject(this.#giveUp(key, call, Math.min(milliseconds, Math.ceil(waited))));
    };
    let timer = setTimeout(check, Math.min(milliseconds, CHECK_INTERVAL_MS));
    try {
      // Callers with the same key expect the same type.
      return (await waiter.promise) as T;
    } finally {
      clearTimeout(timer);
    }
  }

  #add(key: string, start: () => Promise<unknown>): PendingCall {
    const call: PendingCall = { start, waiters: new Set(), isLate: false };
    if (this.#running.size < this.#limit) this.#start(key, call);
    else if (this.#isBlocked()) throw this.#busyError(key);
    else this.#queue.set(key, call);
    return call;
  }

  #start(key: string, call: PendingCall): void {
    this.#running.set(key, call);
    const timer = setTimeout(() => this.#markLate(call), this.#lateAfterMs);
    timer.unref();
    const end = (): void => {
      clearTimeout(timer);
      this.#running.delete(key);
      this.#startNext();
    };
    call.start().then(
      (result) => {
        end();
        for (const { resolve } of call.waiters) resolve(result);
      },
      (error: unknown) => {
        end();
        for (const { reject } of call.waiters) reject(error);
      },
    );
  }

  #startNext(): void {
    for (const [next, call] of this.#queue) {
      this.#queue.delete(next);
      this.#start(next, call);
      return;
    }
  }

  /** Marks a running call as stuck. If all running calls are stuck, the queued calls fail at once. */
  #markLate(call: PendingCall): void {
    call.isLate = true;
    if (!this.#isBlocked()) return;
    for (const [key, { waiters }] of this.#queue) for (const { reject } of waiters) reject(this.#busyError(key));
    this.#queue.clear();
  }

  /** Returns whether all threads of the pool are occupied by stuck calls. */
  #isBlocked(): boolean {
    return this.#running.size >= this.#limit && [...this.#running.values()].every(({ isLate }) => isLate);
  }

  #giveUp(key: string, call: PendingCall, milliseconds: number): ReadError {
    if (this.#queue.get(key) === call) {
      if (call.waiters.size === 0) this.#queue.delete(key);
      return this.#busyError(key);
    }
    return timeoutError(`Cannot ${key}: no answer within ${Math.round(milliseconds)} ms`);
  }

  #busyError(key: string): ReadError {
    return new ReadError(`Cannot ${key}: ${this.#limit} calls are stuck`, { code: 'EBUSY' });
  }
}

function timeoutError(message: string): ReadError {
  return new ReadError(message, { code: 'ETIMEDOUT' });
}
