import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './program.ts';
import { missing } from './requirements.ts';

/** Timeout of a guest from boot to power-off. An idle host needs 15 seconds. */
const GUEST_TIMEOUT_MS = 600_000;

/**
 * A virtual machine that runs Debian's User-mode Linux on the files of this host. It has cgroup v2, even if this host has
 * cgroup v1.
 */
export interface Guest extends AsyncDisposable {
  /** Returns the content of a file that the guest wrote to /mnt. */
  read(name: string): string;
}

/** Returns the reason why no guest can run here, or `false`. */
export function missingGuest(): string | false {
  return missing('linux.uml', 'curl', 'unshare');
}

/**
 * Boots a guest and runs a script in it as root. Only the file systems of the kernel are mounted. Waits until the guest
 * powers off.
 *
 * @param script Bash script; files that it writes to /mnt can be read afterwards
 * @returns `undefined` if the guest does not boot because it may not trace its own processes (ptrace)
 */
export async function bootGuest(script: string): Promise<Guest | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'guest-'));
  const init = join(directory, 'init');
  writeFileSync(init, createInit(directory, script));
  chmodSync(init, 0o755);
  const flags = ['mem=1G', 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`];
  const { child, ended, output } = run('linux.uml', [...flags, 'con=null', 'con0=null,fd:1', 'quiet']);
  const timer = setTimeout(() => child.kill('SIGKILL'), GUEST_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
  const guest = {
    read: (name: string) => readFileSync(join(directory, name), 'utf8'),
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true }),
  };
  if (!existsSync(join(directory, 'booted'))) {
    await guest[Symbol.asyncDispose]();
    return undefined;
  }
  if (!existsSync(join(directory, 'finished')))
    throw new Error(`The script of the guest failed:\n${output()}\n${guest.read('log')}`);
  return guest;
}

function createInit(directory: string, script: string): string {
  return `#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t cgroup2 none /sys/fs/cgroup; mount -t tmpfs run /run
mount -t hostfs none /mnt -o ${directory}
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
