import { basename, dirname } from 'node:path/posix';
import { type Host, optional, PERMISSION_ERRNOS } from '../../host/host.ts';
import { parseCgroupProcs } from '../../parse/cgroup.ts';
import { type Cgroup, walkCgroups } from '../discovery/cgroup-walker.ts';
import type { Container } from '../discovery/container.ts';
import { findHierarchies } from '../discovery/hierarchies.ts';
import { identifyCgroup } from '../discovery/identify-cgroup.ts';
import type { RuntimeDirectories } from './runtime-directories.ts';

/** Parts of the command line of a container's monitor process. */
export interface Monitor {
  /** Name of the container; `undefined` if the command line contains no name. */
  readonly name: string | undefined;
  /** Directories in which the runtime may store the state of the container. */
  readonly directories: Partial<RuntimeDirectories>;
}

/**
 * Finds the monitor process of a container: conmon of Podman and CRI-O, or the shim of containerd. The monitor is the parent
 * of the container's init process. Its command line contains directories of the runtime. If the runtime got these
 * directories from flags, no configuration file contains them.
 *
 * Returns `undefined` if the processes are not visible, or if the container is in another container: the monitor is then a
 * process of that other container, and its paths are not those of the host.
 */
export function findMonitor(host: Host, container: Container): Monitor | undefined {
  if (isNested(container.path)) return undefined;
  const pids = readPids(host, container);
  const checked = new Set(pids);
  for (const pid of pids) {
    const parent = readParent(host, pid);
    if (parent === undefined || checked.has(parent)) continue;
    checked.add(parent);
    const monitor = parseMonitor(readCommandLine(host, parent), container.id);
    if (monitor !== undefined) return monitor;
  }
  return undefined;
}

function isNested(path: string): boolean {
  for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) {
    if (identifyCgroup(parent) !== undefined) return true;
  }
  return false;
}

/** Maximum number of processes to check. The init process is usually the first process of the container. */
const MAX_PROCESSES = 64;

function readPids({ sys }: Host, { path }: Container): ReadonlySet<number> {
  const directory = findHierarchies(sys).main + path;
  const lists = [sys.readIfPresent(`${directory}/cgroup.procs`, parseCgroupProcs)];
  const read = (cgroup: Cgroup): void => {
    lists.push(cgroup.directory.readIfPresent('cgroup.procs', parseCgroupProcs));
  };
  // If the container ends during the walk, the error is ignored.
  optional(() => walkCgroups(sys, directory, read));
  const pids = lists.flatMap((list) => list ?? []).filter((pid): pid is number => pid !== undefined && pid !== 0);
  return new Set(pids.slice(0, MAX_PROCESSES));
}

function readParent({ proc }: Host, pid: number): number | undefined {
  return proc.readIfPresent(`${pid}/stat`, (text) => {
    // The name of the process is in parentheses and may contain parentheses. The other fields start after the last
    // parenthesis: proc_pid_stat(5).
    const [, parent] = /^\S (\d+) /.exec(text.slice(text.lastIndexOf(') ') + 2)) ?? [];
    return parent === undefined ? undefined : Number(parent);
  });
}

function readCommandLine({ proc }: Host, pid: number): readonly string[] {
  const read = (text: string): readonly string[] => text.split('\0');
  return proc.readIfPresent(`${pid}/cmdline`, read, { ignoreErrno: PERMISSION_ERRNOS }) ?? [];
}

function parseMonitor(commandLine: readonly string[], id: string): Monitor | undefined {
  const [program = '', ...args] = commandLine;
  const argumentOf = (...flags: readonly string[]): string | undefined => {
    const index = args.findIndex((arg) => flags.includes(arg));
    return index === -1 ? undefined : args[index + 1];
  };
  const isConmon = basename(program) === 'conmon' && argumentOf('-c', '--cid') === id;
  if (isConmon) {
    const files = [argumentOf('-b', '--bundle'), argumentOf('-p', '--container-pidfile')];
    return { name: argumentOf('-n', '--name'), directories: { storage: files.flatMap(findStorage) } };
  }
  if (!basename(program).startsWith('containerd-shim')) return undefined;
  const address = argumentOf('-address', '--address')?.replace(/^unix:\/\//, '');
  return address?.startsWith('/') === true
    ? { name: undefined, directories: { containerd: findContainerdStates(address) } }
    : undefined;
}

/** Returns the storage directory that contains a file: `/data/overlay-containers/3abe…/userdata/pidfile` -> `/data`. */
function findStorage(file: string | undefined): readonly string[] {
  const [, storage] = /^(\/.+)\/[^/]+-containers\/[0-9a-f]{64}\/userdata(?:\/|$)/s.exec(file ?? '') ?? [];
  return storage === undefined ? [] : [storage];
}

/**
 * Returns the possible state directories of containerd for the path of its socket. By default, the socket is in the state
 * directory. With Docker and MicroK8s, the state directory is beside the socket.
 */
function findContainerdStates(socket: string): readonly string[] {
  const directory = dirname(socket);
  return [directory, `${directory}/daemon`, `${directory}/containerd`];
}
