import type { ClockState } from './adjtimex.ts';
import { CallPool } from './call-pool.ts';
import { ContentCache } from './content-cache.ts';
import { FdCache } from './fd-cache.ts';
import { type HostOptions, SELF } from './host-options.ts';
import { readPageSize } from './page-size.ts';
import { isProcfs } from './procfs.ts';

/**
 * Threads of libuv that may be stuck in the calls of each pool, of the 42 that src/cli/node-runtime.ts requests. A stuck call
 * delays only the calls of its own pool; four threads always remain for gzip and DNS.
 */
const THREADS = { files: 4, attributes: 12, disk: 4, remote: 18 } as const;

/** The state of a host that all passes share. */
export interface SharedState {
  readonly pools: Readonly<Record<keyof typeof THREADS, CallPool>>;
  readonly fdCache: FdCache;
  readonly contentCache: ContentCache;
  readonly isProcfs: boolean;
  /** Whether `/proc/self` is in procfs. */
  readonly isSelfProcfs: boolean;
  /** Bytes of a memory page. */
  readonly pageSize: number | undefined;
  /** Loaded by the first call; a failure is not tried again. */
  adjtimex?: Promise<() => ClockState>;
}

export function createSharedState({ procfs, self = SELF }: HostOptions): SharedState {
  return {
    pools: {
      files: new CallPool(THREADS.files),
      attributes: new CallPool(THREADS.attributes),
      disk: new CallPool(THREADS.disk),
      remote: new CallPool(THREADS.remote),
    },
    fdCache: new FdCache(),
    contentCache: new ContentCache(),
    isProcfs: isProcfs(procfs),
    isSelfProcfs: isProcfs(self),
    pageSize: readPageSize(),
  };
}
