import { type StatsFs, statfs, statfsSync } from 'node:fs';
import type { CallPool } from './call-pool.ts';
import { ReadError } from './errors.ts';
import { strerror } from './strerror.ts';

/** What a statfs(2) call may wait for: a local disk (`disk`), or a server or program that may never respond (`remote`). */
export type BlockingSource = 'disk' | 'remote';

/**
 * The result of statfs(2). Each number is the double nearest to the kernel's u64, as in node_exporter.
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
export type Statfs = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'>;

export type StatfsResult =
  | { readonly error: ''; readonly stats: Statfs }
  /** `error` is the reason why the sizes are unknown: the text of strerror(3), {@link TIMEOUT} or {@link BUSY}. */
  | { readonly error: string; readonly stats: undefined };

export interface StatfsRequest {
  /** Path at which this process can reach the mount point; a `Buffer` if the path is not UTF-8. */
  readonly path: string | Buffer;
  /** Device number `<major>:<minor>`. It distinguishes the mount from a later mount at the same path. */
  readonly device: string;
  readonly source: BlockingSource;
  /** Maximum time to wait for the result, in milliseconds. The deadline of the pass may be earlier. */
  readonly milliseconds: number;
}

/** System calls. Tests replace them. */
export interface StatfsCalls {
  statfsSync(path: string | Buffer): Statfs;
  statfs(path: string | Buffer): Promise<Statfs>;
}

export interface FileSystemsOptions {
  readonly pools: Readonly<Record<BlockingSource, CallPool>>;
  /** Returns the maximum duration of a call that starts now, in milliseconds. The result is at most `limit`. */
  readonly remaining: (limit: number) => number;
  readonly calls?: StatfsCalls | undefined;
}

const TIMEOUT = { error: 'mountpoint timeout', stats: undefined } as const;
const BUSY = { error: 'too many stuck mountpoints', stats: undefined } as const;

/**
 * Reads the sizes of mounted file systems.
 *
 * A synchronous call that hangs stops the whole process. An asynchronous call that hangs stops only one thread of libuv.
 * But asynchronous calls take ten times as much CPU time (measured for 300 calls: 5 ms instead of 0.5 ms). Therefore a
 * synchronous call is made only if the kernel has the sizes of the file system in memory.
 */
export class FileSystems {
  readonly #pools: Readonly<Record<BlockingSource, CallPool>>;
  readonly #remaining: (limit: number) => number;
  readonly #calls: StatfsCalls;

  constructor({ pools, remaining, calls = SYSTEM }: FileSystemsOptions) {
    this.#pools = pools;
    this.#remaining = remaining;
    this.#calls = calls;
  }

  /**
   * Returns the sizes of a file system. Use this method only if the kernel has the sizes in memory, because a call that
   * hangs stops the whole process.
   */
  statfsSync(path: string | Buffer): StatfsResult {
    try {
      return { error: '', stats: this.#calls.statfsSync(path) };
    } catch (error) {
      return { error: strerror(error), stats: undefined };
    }
  }

  /**
   * Returns the sizes of a file system for which a call may hang. While a call for a mount is stuck, no other call is made
   * for this mount.
   */
  async statfs({ path, device, source, milliseconds }: StatfsRequest): Promise<StatfsResult> {
    const pool = this.#pools[source];
    const key = `statfs ${path} (${device})`;
    if (pool.isStuck(key)) return TIMEOUT;
    try {
      return await pool.run(
        key,
        () => this.#remaining(milliseconds),
        () => this.#call(path),
      );
    } catch (error) {
      // The error comes from the pool, because #call() never rejects.
      return error instanceof ReadError && error.code === 'EBUSY' ? BUSY : TIMEOUT;
    }
  }

  async #call(path: string | Buffer): Promise<StatfsResult> {
    try {
      return { error: '', stats: await this.#calls.statfs(path) };
    } catch (error) {
      return { error: strerror(error), stats: undefined };
    }
  }
}

const SYSTEM: StatfsCalls = {
  statfsSync: (path) => statfsSync(path),
  statfs: (path) =>
    new Promise((resolve, reject) => {
      statfs(path, (error, stats) => {
        if (error === null) resolve(stats);
        else reject(error);
      });
    }),
};
