import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './program.ts';
import { missing } from './requirements.ts';

/** From its boot to its end, which takes a quarter of a minute where nothing else runs. */
const LIFE_MS = 600_000;

/** Debian's kernel that runs as a process, on this machine's own files: cgroups of version 2 wherever the test runs. */
export interface Guest extends AsyncDisposable {
  /** What the guest wrote into a file below its /mnt. */
  read(name: string): string;
}

/** Why no guest can run here, or `false`. */
export function missingGuest(): string | false {
  return missing('linux.uml', 'curl', 'unshare');
}

/**
 * Boots a guest that runs a script as root, with cgroups of version 2 and nothing else mounted, and waits for its end.
 *
 * @param script of bash; what it writes below /mnt can be read afterwards
 * @returns `undefined` where such a kernel does not boot: it needs to trace its own processes
 */
export async function bootGuest(script: string): Promise<Guest | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'guest-'));
  const init = join(folder, 'init');
  writeFileSync(init, initOf(folder, script));
  chmodSync(init, 0o755);
  const flags = ['mem=1G', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`];
  const { child, ended, output } = run('linux.uml', [...flags, 'con=null', 'con0=null,fd:1', 'quiet']);
  const timer = setTimeout(() => child.kill('SIGKILL'), LIFE_MS);
  await ended;
  clearTimeout(timer);
  const guest = {
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
  if (!existsSync(join(folder, 'booted'))) {
    await guest[Symbol.asyncDispose]();
    return undefined;
  }
  if (!existsSync(join(folder, 'finished')))
    throw new Error(`The guest did not finish:\n${output()}\n${guest.read('log')}`);
  return guest;
}

function initOf(folder: string, script: string): string {
  return `#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t cgroup2 none /sys/fs/cgroup; mount -t tmpfs run /run
mount -t hostfs none /mnt -o ${folder}
ip link set lo up
touch /mnt/booted
cd /mnt
( set -eu
${script}
touch /mnt/finished ) >/mnt/log 2>&1
sync
echo o >/proc/sysrq-trigger
sleep 9
`;
}
