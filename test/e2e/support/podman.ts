import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeCgroup } from './cgroups.ts';
import { BUSYBOX, createBusyboxArchive } from './docker/busybox.ts';
import { waitUntil } from './eventually.ts';
import { execute, succeeds } from './execute.ts';
import { kill, run } from './program.ts';
import { missing } from './requirements.ts';

/** Returns the reason why Podman cannot run here, or `false`. */
export function missingPodman(): string | false {
  if (process.getuid?.() !== 0) return 'Podman with cgroups needs root';
  return missing('podman', 'runc', 'busybox');
}

const PING = ['curl', '--silent', '--fail', '--max-time', '10', '--unix-socket'];

export interface Podman extends AsyncDisposable {
  /** Directory with the files of Podman: `<root>/var/lib/containers` in place of `/var/lib/containers`. */
  readonly root: string;
  /** Path of the socket with the Docker-compatible API. */
  readonly socket: string;
  /** Runs a podman command and returns its output. */
  podman(...args: readonly string[]): string;
}

/** By default Podman raises the resource limits of a container. Some virtual machines do not allow that even to root. */
const LIMITS = '[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]\n';

/** Starts a Podman service that is independent of the Podman of the host, with the BusyBox image. */
export async function startPodman(): Promise<Podman> {
  const root = mkdtempSync(join(tmpdir(), 'podman-'));
  writeFileSync(join(root, 'containers.conf'), LIMITS);
  const socket = join(root, 'podman.sock');
  const flags = [
    ...[`--root=${root}/var/lib/containers/storage`, `--runroot=${root}/run/containers/storage`],
    ...[`--tmpdir=${root}/tmp`, '--events-backend=file', '--runtime=runc', '--cgroup-manager=cgroupfs'],
  ];
  const command = ['env', `CONTAINERS_CONF=${root}/containers.conf`, 'podman', ...flags];
  const podman = (...args: readonly string[]): string => execute([...command, ...args]);
  mkdirSync(join(root, 'image'));
  podman('import', '--change=ENV PATH=/bin', createBusyboxArchive(join(root, 'image')), BUSYBOX);
  const [program = '', ...args] = [...command, 'system', 'service', '--time=0', `unix://${socket}`];
  const service = run(program, args);
  await waitUntil('Podman responds', () => succeeds(() => execute([...PING, socket, 'http://localhost/_ping'])));
  return {
    root,
    socket,
    podman,
    async [Symbol.asyncDispose]() {
      // Ignore errors: the removal of a container fails if the container exits at the same time. The service must be
      // stopped in any case.
      succeeds(() => podman('rm', '--all', '--force', '--time=0'));
      await kill(service);
      for (const path of ['libpod_parent/conmon', 'libpod_parent']) removeCgroup(path);
      // Podman does not unmount the directory of its image layers.
      succeeds(() => execute(['umount', join(root, 'var/lib/containers/storage/overlay')]));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
