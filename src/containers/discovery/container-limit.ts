import { integer } from '../../flags/flag.ts';
import { memoryLimit } from '../../host/process-limits.ts';
import type { DiscoveredContainer } from './container.ts';

/** systemd creates the cgroups of users in this cgroup. A user may create cgroups in their own slice without privileges. */
const USERS = '/user.slice/';
/** Share of the maximum that the containers of users may use. */
const USER_SHARE = 1 / 4;

/**
 * Returns at most `max` containers, in the order of the list. Containers of users are at most a quarter of the maximum.
 * The selection is the same in each pass: containers of the system come before containers of users, and older containers
 * before newer ones. The kernel numbers cgroups in the order of their creation.
 */
export function limitContainers(
  containers: readonly DiscoveredContainer[],
  max: number,
): readonly DiscoveredContainer[] {
  const [ofUsers, ofSystem] = [containers.filter(isOfUser), containers.filter((item) => !isOfUser(item))];
  const maxOfUsers = Math.max(0, Math.min(Math.ceil(max * USER_SHARE), max - ofSystem.length));
  if (ofSystem.length <= max && ofUsers.length <= maxOfUsers) return containers;
  const selected = new Set([...oldest(ofSystem, max), ...oldest(ofUsers, maxOfUsers)]);
  return containers.filter((container) => selected.has(container));
}

function isOfUser({ container }: DiscoveredContainer): boolean {
  return container.path.startsWith(USERS);
}

function oldest(containers: readonly DiscoveredContainer[], count: number): readonly DiscoveredContainer[] {
  return containers.toSorted((one, other) => one.container.inode - other.container.inode).slice(0, count);
}

const MEBIBYTE = 1024 * 1024;
/** Memory of the process on a host without containers. */
const BASE_BYTES = 96 * MEBIBYTE;
/** Memory per container: labels, text and cached files. *Measured* with 500 to 4,000 containers: 40 to 65 KiB. */
const BYTES_PER_CONTAINER = 80 * 1024;
const MIN_CONTAINERS = 250;
const MAX_CONTAINERS = 4000;

export const containerLimitFlag = integer(
  'Maximum number of containers. 0 means a limit that depends on the memory of the process, from 250 to 4000.',
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
