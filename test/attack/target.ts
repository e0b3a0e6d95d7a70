import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeContainerHost } from '../bench/container-host.ts';
import { freePort } from '../e2e/support/free-port.ts';
import { createMemoryCgroup } from './memory-cgroup.ts';
import { request } from './probe.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');
const START_TIMEOUT_MS = 30_000;
/** Number of scrapes before the attack. V8 compiles the code and the memory reaches its usual size during these scrapes. */
const WARM_UP = 50;

export interface TargetOptions {
  readonly flags: readonly string[];
  readonly containers: number | undefined;
  /** Writes more files of a host with containers. */
  prepare(directory: string): void;
  readonly limitMiB: number;
}

/** An exporter in a separate memory cgroup. */
export interface Target extends AsyncDisposable {
  readonly url: URL;
  readonly pid: number;
  /** False if this process may not create a memory cgroup. */
  readonly isLimited: boolean;
  /** Returns whether the exporter still runs. */
  isRunning(): boolean;
}

export async function startTarget({ flags, containers, prepare, limitMiB }: TargetOptions): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'attack-'));
  const cgroup = createMemoryCgroup(limitMiB * 2 ** 20);
  const url = new URL(`http://127.0.0.1:${await freePort()}`);
  const args = [PROGRAM, `--web.listen-address=${url.host}`, '--log.level=error', ...flags];
  if (containers !== undefined) {
    writeContainerHost(directory, containers);
    prepare(directory);
    args.push(...['proc', 'sys', 'root'].map((name) => `--path.${name}fs=${directory}/${name}`));
  }
  const script = `${cgroup?.enter ?? ':'}; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', script, process.execPath, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  await waitUntilReady(url, isRunning);
  for (let count = 0; count < WARM_UP; count += 1) await request(new URL('/metrics', url), false);
  return {
    url,
    pid: child.pid ?? 0,
    isLimited: cgroup !== undefined,
    isRunning,
    async [Symbol.asyncDispose]() {
      const ended = isRunning() ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await ended;
      cgroup?.[Symbol.dispose]();
      await rm(directory, { recursive: true });
    },
  };
}

async function waitUntilReady(url: URL, isRunning: () => boolean): Promise<void> {
  const end = performance.now() + START_TIMEOUT_MS;
  while (!(await request(new URL('/metrics', url), false))) {
    if (!isRunning() || performance.now() > end) throw new Error('Cannot start the exporter under attack');
    await setTimeout(50);
  }
}
