import { type StatsFs, statfs, statfsSync } from 'node:fs';
import type { CallPool } from './call-pool.ts';
import { ReadError } from './errors.ts';
import { strerror } from './strerror.ts';

/** What answers: `disk` is a device of this machine, `others` a network or a program, which may be gone for ever. */
export type AnsweredBy = 'disk' | 'others';

/**
 * What statfs(2) says. Doubles are enough: each is the nearest to the kernel's u64, as node_exporter's are.
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
export type Statfs = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>;

export type StatfsAnswer =
  | { readonly error: ''; readonly stats: Statfs }
  /** Why there is none, in the system's words. */
  | { readonly error: string; readonly stats: undefined };

export interface StatfsRequest {
  /** The mount point as this process sees it. */
  readonly path: string;
  /** Tells this mount from another one that is later on the same mount point. */
  readonly device: string;
  readonly answeredBy: AnsweredBy;
  /** How long to wait for the answer; not beyond the end of the pass. */
  readonly milliseconds: number;
}

/** The system calls. */
export interface StatfsCalls {
  now(path: string): Statfs;
  later(path: string): Promise<Statfs>;
}

export interface FileSystemsOptions {
  readonly pools: Readonly<Record<AnsweredBy, CallPool>>;
  /** Milliseconds that a call may take from now on, and never more than what it is given. */
  readonly remaining: (most: number) => number;
  readonly calls?: StatfsCalls | undefined;
}

const TIMEOUT = { error: 'mountpoint timeout', stats: undefined } as const;
const NOT_ASKED = { error: 'not asked: too many mountpoints hang', stats: undefined } as const;

/**
 * Asks the mounted file systems of the host how large they are.
 *
 * A call that hangs stops the whole program when it is made at once, and one thread when it is made through libuv's
 * pool, which costs ten times as much (*measured*: 300 calls take 0.5 ms of CPU, and 5 ms). So what the kernel answers
 * from memory is asked at once, and all the rest through the pool.
 */
export class FileSystems {
  readonly #pools: Readonly<Record<AnsweredBy, CallPool>>;
  readonly #remaining: (most: number) => number;
  readonly #calls: StatfsCalls;

  constructor({ pools, remaining, calls = SYSTEM }: FileSystemsOptions) {
    this.#pools = pools;
    this.#remaining = remaining;
    this.#calls = calls;
  }

  /** For a mount point that the kernel answers for from memory. */
  statNow(path: string): StatfsAnswer {
    try {
      return { error: '', stats: this.#calls.now(path) };
    } catch (error) {
      return { error: strerror(error), stats: undefined };
    }
  }

  /** For all others. A mount that hangs is not asked again before it has answered. */
  async stat({ path, device, answeredBy, milliseconds }: StatfsRequest): Promise<StatfsAnswer> {
    const pool = this.#pools[answeredBy];
    const key = `statfs ${path} (${device})`;
    if (pool.isStuck(key)) return TIMEOUT;
    try {
      return await pool.run(key, this.#remaining(milliseconds), () => this.#ask(path));
    } catch (error) {
      // What the call says is an answer: only the pool throws.
      return error instanceof ReadError && error.code === 'EBUSY' ? NOT_ASKED : TIMEOUT;
    }
  }

  async #ask(path: string): Promise<StatfsAnswer> {
    try {
      return { error: '', stats: await this.#calls.later(path) };
    } catch (error) {
      return { error: strerror(error), stats: undefined };
    }
  }
}

const SYSTEM: StatfsCalls = {
  now: (path) => statfsSync(path),
  later: (path) =>
    new Promise((resolve, reject) => {
      statfs(path, (error, stats) => {
        if (error === null) resolve(stats);
        else reject(error);
      });
    }),
};
