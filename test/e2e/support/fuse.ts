import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, run } from './program.ts';
import { missing } from './requirements.ts';

/** What the folders of all mounts of one run begin with. */
export const MOUNT_PREFIX = `fuse-${process.pid}-`;

export interface FuseMount extends AsyncDisposable {
  readonly path: string;
  /** What it shows. */
  readonly source: string;
  /** From now on every call on the mount hangs. */
  stop(): Promise<void>;
  /** What hung comes back. */
  resume(): void;
}

/** How many threads of a program wait for a mount that does not answer. Whoever else asks the mount does not count. */
export async function countHungThreads(pid: number | undefined): Promise<number> {
  const waits = await ofThreads(pid, 'wchan');
  return waits.filter((wait) => wait === 'request_wait_answer').length;
}

/** Why nothing can be mounted here, or `false`: under `CI=true` it has to work. */
export function missingFuse(): string | false {
  const program = missing('bindfs');
  if (program !== false || process.env['CI'] === 'true') return program;
  if (!existsSync('/dev/fuse')) return 'not there: /dev/fuse';
  return process.getuid?.() === 0 ? false : 'not run by root, who may mount';
}

/** A folder of the machine, shown once more by a program that can be stopped. */
export async function mountFuse(): Promise<FuseMount> {
  const directory = await mkdtemp(join(tmpdir(), MOUNT_PREFIX));
  const [source, path] = [join(directory, 'source'), join(directory, 'mounted')];
  for (const folder of [source, path]) await mkdir(folder);
  const server = run('bindfs', ['-f', '-o', 'attr_timeout=0,entry_timeout=0', source, path]);
  while (deviceOf(path) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    path,
    source,
    async stop() {
      server.child.kill('SIGSTOP');
      // A call that it has taken and does not answer could not even be killed: go on only when it takes no more.
      while (!(await isStopped(server.child.pid))) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    resume: () => server.child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill(server);
      execFileSync('umount', ['--lazy', path]);
      await rm(directory, { recursive: true });
    },
  };
}

/** The root of a machine that is called node-1. */
export async function mountHost(): Promise<FuseMount> {
  const mount = await mountFuse();
  await mkdir(join(mount.source, 'etc'));
  await writeFile(join(mount.source, 'etc/hostname'), 'node-1\n');
  return mount;
}

/** `0:53`, once it is mounted. */
function deviceOf(path: string): string | undefined {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')).find((fields) => fields[4] === path)?.[2];
}

async function isStopped(pid: number | undefined): Promise<boolean> {
  const states = (await ofThreads(pid, 'stat')).map((stat) => / (\w) /.exec(stat.replace(/.*\)/s, ''))?.[1]);
  return states.every((state) => state === 'T');
}

/** A file of each thread of a process; empty for one that ends meanwhile. */
async function ofThreads(pid: number | undefined, file: string): Promise<readonly string[]> {
  const tasks = `/proc/${pid}/task`;
  return Promise.all((await readdir(tasks)).map((task) => readFile(join(tasks, task, file), 'utf8').catch(() => '')));
}
