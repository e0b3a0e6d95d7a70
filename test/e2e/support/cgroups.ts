import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually, waitUntil } from './eventually.ts';
import { succeeds } from './execute.ts';

const ROOT = '/sys/fs/cgroup';
const IS_VERSION_2 = existsSync(join(ROOT, 'cgroup.controllers'));

/** Values of a container that the test reads from the kernel. */
export interface KernelCounts {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly memoryLimit: number;
  readonly threads: number;
  readonly receivedBytes: number;
}

/** Returns the sorted names of the network interfaces in the network namespace of a process. */
export function interfacesOf(pid: number): readonly string[] {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2, -1);
  return lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim()).toSorted();
}

/** @param networkInterface name of the network interface for the value `receivedBytes` */
export function readCounts(pid: number, networkInterface = 'eth0'): KernelCounts {
  const read = (controller: string, file: string): string => {
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
    const line = lines.map((text) => text.split(':')).find(([, names]) => names?.split(',').includes(controller));
    return readFileSync(join(ROOT, IS_VERSION_2 ? '' : controller, line?.[2] ?? '', file), 'utf8');
  };
  return {
    cpuSeconds: IS_VERSION_2
      ? Number(/^usage_usec (\d+)/.exec(read('', 'cpu.stat'))?.[1]) / 1e6
      : Number(read('cpuacct', 'cpuacct.usage')) / 1e9,
    memoryBytes: Number(IS_VERSION_2 ? read('', 'memory.current') : read('memory', 'memory.usage_in_bytes')),
    memoryLimit: Number(IS_VERSION_2 ? read('', 'memory.max') : read('memory', 'memory.limit_in_bytes')),
    threads: Number(IS_VERSION_2 ? read('', 'pids.current') : read('pids', 'pids.current')),
    receivedBytes: Number(
      new RegExp(`${networkInterface}:\\s*(\\d+)`).exec(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))?.[1],
    ),
  };
}

/** Asserts that each value of an exporter is between the values of the kernel from before and after the scrape. */
export async function assertMatchesKernel(
  pid: number,
  getValues: () => Promise<ReadonlyMap<string, number>>,
  networkInterface = 'eth0',
): Promise<void> {
  const compare = async () => {
    const earlier = readCounts(pid, networkInterface);
    const values = await getValues();
    const later = readCounts(pid, networkInterface);
    return (name: string, count: keyof KernelCounts, tolerance = 0): string | undefined => {
      const value = values.get(name) ?? Number.NaN;
      const [min, max] = [Math.min(earlier[count], later[count]), Math.max(earlier[count], later[count])];
      const isBetween = value >= min - tolerance && value <= max + tolerance;
      return isBetween ? undefined : `${name}: expected ${min} to ${max}, got ${value}`;
    };
  };
  const findDifference = await compare();
  assert.equal(findDifference('cpu_usage_seconds_total cpu=total', 'cpuSeconds'), undefined);
  assert.equal(findDifference(`network_receive_bytes_total interface=${networkInterface}`, 'receivedBytes'), undefined);
  // Repeat a failed comparison: each short-lived process of the container changes its memory usage.
  await eventually(
    async () => (await compare())('memory_usage_bytes', 'memoryBytes', MEMORY_TOLERANCE),
    (difference) => difference === undefined,
  );
}

/**
 * Allowed difference of memory in bytes. Between two reads, short-lived processes and the page cache may allocate or free
 * this much.
 */
export const MEMORY_TOLERANCE = 4 * 2 ** 20;

/** Starts a process in a new cgroup and in the network namespace of the host. */
export async function startInCgroup(t: TestContext, path: string): Promise<{ readonly pid: number }> {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const hierarchies = IS_VERSION_2 ? [ROOT] : readdirSync(ROOT).map((name) => join(ROOT, name));
  const directories = hierarchies.map((hierarchy) => join(hierarchy, path));
  t.after(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Retry, because a cgroup cannot be removed immediately after its last process has exited. A cgroup that does not
    // exist counts as removed: hierarchies may be symbolic links to each other.
    const isRemoved = (directory: string): boolean => !existsSync(directory) || succeeds(() => rmdirSync(directory));
    await waitUntil('the cgroup is removed', () => directories.every(isRemoved));
  });
  for (const directory of directories) {
    mkdirSync(directory, { recursive: true });
    // Skip the controller cpuset of cgroup v1: a new cgroup has no CPUs there and accepts no process.
    if (!directory.includes('/cpuset/')) writeFileSync(join(directory, 'cgroup.procs'), String(child.pid));
  }
  return { pid: child.pid ?? 0 };
}

/** Removes an empty cgroup from each hierarchy. */
export function removeCgroup(path: string): void {
  for (const hierarchy of IS_VERSION_2 ? [ROOT] : readdirSync(ROOT).map((name) => join(ROOT, name))) {
    try {
      rmdirSync(join(hierarchy, path));
    } catch {
      // The cgroup does not exist in this hierarchy, or it contains a process.
    }
  }
}

/** Returns the path of the block device whose file system contains a directory: `/dev/vda`. */
export function deviceOf(directory: string): string {
  const number = statSync(directory).dev;
  const [major, minor] = [(number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00)];
  return `/dev/${basename(readlinkSync(`/sys/dev/block/${major}:${minor}`))}`;
}
