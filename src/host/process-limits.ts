import { readdirSync, readFileSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { parseProcessLimits } from '../parse/process-limits.ts';

/** Returns the maximum number of file descriptors of this process; 0 if a sandbox hides the limit. */
export function openFileLimit(): number {
  try {
    return parseProcessLimits(readFileSync('/proc/self/limits', 'utf8')).openFiles ?? 0;
  } catch {
    return 0;
  }
}

/** Share of the descriptors that connections may use. */
export const CONNECTION_SHARE = 0.25;

/** Share of the descriptors for files and sockets that are open only during a pass, up to {@link MAX_PASS_DESCRIPTORS}. */
const PASS_SHARE = 0.25;
const MAX_PASS_DESCRIPTORS = 48;

/** Minimum number of free descriptors at the start: for a listener, a few connections, and the files of a pass. */
const MIN_FREE_DESCRIPTORS = 24;

const SELF_FD = '/proc/self/fd';

/**
 * Returns a function that returns how many files the process can hold open in addition to the open ones. The result is less
 * than 0 if the descriptors for connections and for the files of a pass are already in use.
 *
 * @param limit maximum number of file descriptors of this process
 */
export function spareDescriptorCounter(limit: number): () => number {
  const reserved = limit * CONNECTION_SHARE + Math.min(limit * PASS_SHARE, MAX_PASS_DESCRIPTORS);
  return () => Math.floor(limit - reserved - countDescriptors());
}

/** @throws {Error} if the process may open too few files to serve requests */
export function requireDescriptors(): void {
  const [limit, open] = [openFileLimit(), countDescriptors()];
  if (open === 0 || limit >= open + MIN_FREE_DESCRIPTORS) return;
  throw new Error(
    `Cannot start: the limit of open files is ${limit}, expected at least ${open + MIN_FREE_DESCRIPTORS}`,
  );
}

/** Returns the number of open file descriptors of this process; 0 if a sandbox hides them. */
function countDescriptors(): number {
  try {
    // Before Linux 6.2, the size of the directory is 0, and the directory is listed. The listing contains its descriptor.
    return statSync(SELF_FD).size || readdirSync(SELF_FD).length - 1;
  } catch {
    return 0;
  }
}

/** Returns the memory in bytes that this process may use: the limit of its cgroup, or else the memory of the host. */
export function memoryLimit(): number {
  // Node.js reports 0 or a very large number if the cgroup has no limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
