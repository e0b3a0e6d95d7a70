import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, run } from './program.ts';

export interface HungMount extends AsyncDisposable {
  readonly path: string;
  /** From now on every call on the mount hangs. */
  stop(): Promise<void>;
}

/** A folder with `etc/hostname`, `node-1`, served by a program that can be stopped. */
export async function mountHost(): Promise<HungMount> {
  const directory = await mkdtemp(join(tmpdir(), 'fuse-'));
  const [source, path] = [join(directory, 'source'), join(directory, 'mounted')];
  await mkdir(join(source, 'etc'), { recursive: true });
  await writeFile(join(source, 'etc/hostname'), 'node-1\n');
  await mkdir(path);
  const server = run('bindfs', ['-f', '-o', 'attr_timeout=0,entry_timeout=0', source, path]);
  while (!isMounted(path)) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    path,
    async stop() {
      server.child.kill('SIGSTOP');
      // A call that it has taken and does not answer could not even be killed: go on only when it takes no more.
      while (!(await isStopped(server.child.pid))) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async [Symbol.asyncDispose]() {
      await kill(server);
      execFileSync('umount', ['--lazy', path]);
      await rm(directory, { recursive: true });
    },
  };
}

function isMounted(path: string): boolean {
  return execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' }).includes(` ${path} `);
}

async function isStopped(pid: number | undefined): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const states = (await readdir(tasks)).map(async (task) => {
    return / (\w) /.exec((await readFile(join(tasks, task, 'stat'), 'utf8')).replace(/.*\)/s, ''))?.[1];
  });
  return (await Promise.all(states)).every((state) => state === 'T');
}
