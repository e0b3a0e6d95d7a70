import { ReadError } from './errors.ts';

/** Half of the threads that runtime.ts asks libuv for: the rest stays for gzip and DNS whatever hangs. */
const MOST_AT_ONCE = 16;

/**
 * Calls that may wait for a device, a network or another program, and may wait for ever. Each has a deadline; one that
 * has not come back is not made again, and no more are under way than the rest of the program can spare threads for.
 */
export class SlowCalls {
  readonly #underWay = new Map<string, Promise<unknown>>();

  /** The calls that have not come back, by what they ask for. */
  get pending(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  /**
   * @param key what is asked for: `read /host/etc/os-release`. Callers with one key share one call
   * @param milliseconds how long to wait for the answer
   * @throws {ReadError} when no answer came in time, or too many calls hang already
   */
  async run<T>(key: string, milliseconds: number, start: () => Promise<T>): Promise<T> {
    const call = (this.#underWay.get(key) as Promise<T> | undefined) ?? this.#start(key, start);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new ReadError(`Cannot ${key}: no answer within ${Math.round(milliseconds)} ms`, { code: 'ETIMEDOUT' }));
    }, milliseconds);
    try {
      return await Promise.race([call, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #start<T>(key: string, start: () => Promise<T>): Promise<T> {
    if (this.#underWay.size >= MOST_AT_ONCE) {
      throw new ReadError(`Cannot ${key}: ${MOST_AT_ONCE} calls hang already`, { code: 'EBUSY' });
    }
    const call = start().finally(() => this.#underWay.delete(key));
    // Whoever waits hears of a failure; when all have given up, nobody does.
    call.catch(() => undefined);
    this.#underWay.set(key, call);
    return call;
  }
}
