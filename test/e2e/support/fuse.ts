import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, run } from './program.ts';
import { missing } from './requirements.ts';

/** Start of the directory name of each mount in a test run. */
export const MOUNT_PREFIX = `fuse-${process.pid}-`;

export interface FuseMount extends AsyncDisposable {
  readonly path: string;
  /** Directory that is mounted at `path`. */
  readonly source: string;
  /** Makes all system calls on the mount hang. */
  stop(): Promise<void>;
  /** Lets the hung system calls complete. */
  resume(): void;
}

/** Returns how many threads of a process wait for a hung FUSE mount. */
export async function countHungThreads(pid: number | undefined): Promise<number> {
  const waitChannels = await readThreadFiles(pid, 'wchan');
  return waitChannels.filter((channel) => channel === 'request_wait_answer').length;
}

/** Returns the reason why nothing can be mounted here, or `false`. With `CI=true` mounting is required. */
export function missingFuse(): string | false {
  const program = missing('bindfs');
  if (program !== false || process.env['CI'] === 'true') return program;
  if (!existsSync('/dev/fuse')) return '/dev/fuse does not exist';
  return process.getuid?.() === 0 ? false : 'mounting needs root';
}

/** Mounts a directory through a FUSE program. The program can be stopped, and then all calls on the mount hang. */
export async function mountFuse(): Promise<FuseMount> {
  const directory = await mkdtemp(join(tmpdir(), MOUNT_PREFIX));
  const [source, path] = [join(directory, 'source'), join(directory, 'mounted')];
  for (const name of [source, path]) await mkdir(name);
  const server = run('bindfs', ['-f', '-o', 'attr_timeout=0,entry_timeout=0', source, path]);
  while (deviceOf(path) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    path,
    source,
    async stop() {
      server.child.kill('SIGSTOP');
      // Wait until all threads of the program are stopped. A call that a thread has accepted but not completed cannot be
      // killed.
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

/** Mounts a directory with the file `etc/hostname`, which contains node-1. */
export async function mountHost(): Promise<FuseMount> {
  const mount = await mountFuse();
  await mkdir(join(mount.source, 'etc'));
  await writeFile(join(mount.source, 'etc/hostname'), 'node-1\n');
  return mount;
}

/** Returns the device number of a mount, such as `0:53`; `undefined` if the path is not a mount point. */
function deviceOf(path: string): string | undefined {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')).find((fields) => fields[4] === path)?.[2];
}

async function isStopped(pid: number | undefined): Promise<boolean> {
  const states = (await readThreadFiles(pid, 'stat')).map((stat) => / (\w) /.exec(stat.replace(/.*\)/s, ''))?.[1]);
  return states.every((state) => state === 'T');
}

/** Reads a file of each thread of a process. The text is empty for threads that have exited. */
async function readThreadFiles(pid: number | undefined, file: string): Promise<readonly string[]> {
  const tasks = `/proc/${pid}/task`;
  return Promise.all((await readdir(tasks)).map((task) => readFile(join(tasks, task, file), 'utf8').catch(() => '')));
}
