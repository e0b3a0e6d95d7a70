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
import { succeeds, waitUntil } from './docker/engine.ts';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';
const IS_VERSION_2 = existsSync(join(ROOT, 'cgroup.controllers'));

/** What the kernel says of the container of a process, read here and now and in the plainest way. */
export interface Counted {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly memoryLimit: number;
  readonly threads: number;
  readonly receivedBytes: number;
}

/** The network interfaces that a process sees. */
export function interfacesOf(pid: number): readonly string[] {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2, -1);
  return lines.map((line) => line.slice(0, line.lastIndexOf(':')).trim()).toSorted();
}

/** @param networkInterface whose traffic counts */
export function readCounts(pid: number, networkInterface = 'eth0'): Counted {
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

/** What the kernel says of the container of a process before and after an exporter is asked, whose answer is between. */
export async function assertMatchesKernel(
  pid: number,
  ask: () => Promise<ReadonlyMap<string, number>>,
  networkInterface = 'eth0',
): Promise<void> {
  const compare = async () => {
    const earlier = readCounts(pid, networkInterface);
    const values = await ask();
    const later = readCounts(pid, networkInterface);
    return (name: string, count: keyof Counted, tolerance = 0): string | undefined => {
      const value = values.get(name) ?? Number.NaN;
      const [least, most] = [Math.min(earlier[count], later[count]), Math.max(earlier[count], later[count])];
      const isBetween = value >= least - tolerance && value <= most + tolerance;
      return isBetween ? undefined : `${name}: ${least} ${value} ${most}`;
    };
  };
  const isBetween = await compare();
  assert.equal(isBetween('cpu_usage_seconds_total cpu=total', 'cpuSeconds'), undefined);
  assert.equal(isBetween(`network_receive_bytes_total interface=${networkInterface}`, 'receivedBytes'), undefined);
  // Memory comes and goes with each short-lived process of the container: then once more.
  await eventually(
    async () => (await compare())('memory_usage_bytes', 'memoryBytes', MEMORY_TOLERANCE),
    (problem) => problem === undefined,
  );
}

/** What short-lived processes of a container, and the files that they write, hold now and a moment later do not. */
export const MEMORY_TOLERANCE = 4 * 2 ** 20;

/** Starts a process of this machine, with its network, in a cgroup of the test's own. */
export async function startInCgroup(t: TestContext, path: string): Promise<{ readonly pid: number }> {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const hierarchies = IS_VERSION_2 ? [ROOT] : readdirSync(ROOT).map((name) => join(ROOT, name));
  const folders = hierarchies.map((hierarchy) => join(hierarchy, path));
  t.after(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    // The kernel takes a moment to let go of what has ended; and one of them may be the other by a link.
    const isGone = (folder: string): boolean => !existsSync(folder) || succeeds(() => rmdirSync(folder));
    await waitUntil('the cgroup is gone', () => folders.every(isGone));
  });
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    if (!folder.includes('/cpuset/')) writeFileSync(join(folder, 'cgroup.procs'), String(child.pid));
  }
  return { pid: child.pid ?? 0 };
}

/** Removes a cgroup that its runtime has left behind, where nobody else uses it. */
export function removeCgroup(path: string): void {
  for (const hierarchy of IS_VERSION_2 ? [ROOT] : readdirSync(ROOT).map((name) => join(ROOT, name))) {
    try {
      rmdirSync(join(hierarchy, path));
    } catch {
      // Not in this one, or not empty.
    }
  }
}

/** The disk that a folder is on: `/dev/vda`. */
export function deviceOf(folder: string): string {
  const number = statSync(folder).dev;
  const [major, minor] = [(number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00)];
  return `/dev/${basename(readlinkSync(`/sys/dev/block/${major}:${minor}`))}`;
}
