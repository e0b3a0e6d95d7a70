import { integer } from '../../flags/flag.ts';
import { memoryLimit } from '../../host/process-limits.ts';
import type { DiscoveredContainer } from './container.ts';

/** systemd creates the cgroups of users in this cgroup. A user may create cgroups in the own slice without privileges. */
const USERS = '/user.slice/';

/**
 * Returns at most `max` containers, in the order of the list. The selection is the same in each pass: containers of the
 * system come before containers of users, and older containers before newer ones. The kernel numbers cgroups in the order of
 * their creation.
 */
export function limitContainers(
  containers: readonly DiscoveredContainer[],
  max: number,
): readonly DiscoveredContainer[] {
  if (containers.length <= max) return containers;
  const selected = new Set(containers.toSorted(compare).slice(0, max));
  return containers.filter((container) => selected.has(container));
}

function compare({ container: one }: DiscoveredContainer, { container: other }: DiscoveredContainer): number {
  const [oneIsOfUser, otherIsOfUser] = [one.path.startsWith(USERS), other.path.startsWith(USERS)];
  return Number(oneIsOfUser) - Number(otherIsOfUser) || one.inode - other.inode;
}

const MEBIBYTE = 1024 * 1024;
/** Memory of the process on a host without containers. */
const BASE_BYTES = 96 * MEBIBYTE;
/** Memory per container: labels, text and cached files. *Measured* with 500 to 4,000 containers: 40 to 65 KiB. */
const BYTES_PER_CONTAINER = 80 * 1024;
const MIN_CONTAINERS = 250;
const MAX_CONTAINERS = 4000;

export const containerLimitFlag = integer(
  'Maximum number of containers. 0 for a limit that depends on the memory of the process, from 250 to 4000.',
  0,
  { min: 0, max: 1e6 },
);

/**
 * Returns the maximum number of containers.
 *
 * @param flags values of all flags, by full name
 */
export function maxContainersOf(flags: Readonly<Record<string, unknown>>): number {
  const value = flags['containers.max'];
  return typeof value === 'number' && value > 0 ? value : defaultMaxContainers(memoryLimit());
}

/** @param memory memory that the process may use, in bytes */
export function defaultMaxContainers(memory: number): number {
  const fitting = Math.floor((memory - BASE_BYTES) / BYTES_PER_CONTAINER);
  return Math.min(MAX_CONTAINERS, Math.max(MIN_CONTAINERS, fitting));
}
