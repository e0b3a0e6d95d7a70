import type { ClockState } from './adjtimex.ts';
import { CallPool } from './call-pool.ts';
import { ContentCache } from './content-cache.ts';
import { FdCache } from './fd-cache.ts';
import { type HostOptions, SELF } from './host-options.ts';
import { readPageSize } from './page-size.ts';
import { isProcfs } from './procfs.ts';

/**
 * Number of libuv's threads that the calls of each pool may occupy. A stuck call delays only the calls of the same pool.
 * src/cli/node-runtime.ts requests 48 threads, so four threads always remain for gzip and DNS.
 */
const THREADS = { system: 2, files: 4, textFiles: 4, attributes: 12, disk: 4, remote: 18 } as const;

/** The state of a host that all passes share. */
export interface SharedState {
  readonly pools: Readonly<Record<keyof typeof THREADS, CallPool>>;
  readonly fdCache: FdCache;
  readonly contentCache: ContentCache;
  readonly isProcfs: boolean;
  /** True if `/proc/self` is in a procfs of the kernel, and false for a copy of its files. */
  readonly isSelfProcfs: boolean;
  /** Size of a memory page in bytes; `undefined` if the kernel does not report the size. */
  readonly pageSize: number | undefined;
  /** The function that calls adjtimex(2). It is loaded at its first use. A failed load is not repeated. */
  adjtimex?: Promise<() => ClockState>;
}

export function createSharedState({ procfs, self = SELF, stuckAfterMs }: HostOptions): SharedState {
  const createPool = (name: keyof typeof THREADS): CallPool => new CallPool(THREADS[name], stuckAfterMs);
  return {
    pools: {
      system: createPool('system'),
      files: createPool('files'),
      textFiles: createPool('textFiles'),
      attributes: createPool('attributes'),
      disk: createPool('disk'),
      remote: createPool('remote'),
    },
    fdCache: new FdCache(),
    contentCache: new ContentCache(),
    isProcfs: isProcfs(procfs),
    isSelfProcfs: isProcfs(self),
    pageSize: readPageSize(),
  };
}
