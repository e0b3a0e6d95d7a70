import { readFileSync } from 'node:fs';
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

/** Returns the memory in bytes that this process may use: the limit of its cgroup, or else the memory of the host. */
export function memoryLimit(): number {
  // Node.js reports 0 or a very large number if the cgroup has no limit.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
