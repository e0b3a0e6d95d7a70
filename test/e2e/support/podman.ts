import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeCgroup } from './cgroups.ts';
import { BUSYBOX, createBusyboxArchive } from './docker/busybox.ts';
import { execute, succeeds, waitUntil } from './docker/engine.ts';
import { kill, run } from './program.ts';
import { missing } from './requirements.ts';

/** Why Podman cannot run here, or `false`. */
export function missingPodman(): string | false {
  if (process.getuid?.() !== 0) return 'Podman of the system needs root';
  return missing('podman', 'runc', 'busybox');
}

const PING = ['curl', '--silent', '--fail', '--max-time', '10', '--unix-socket'];

export interface Podman extends AsyncDisposable {
  /** Where its files are as below the root of a machine. */
  readonly root: string;
  /** Where it speaks Docker's interface. */
  readonly socket: string;
  /** Runs a podman command and returns what it prints. */
  podman(...args: readonly string[]): string;
}

/** Not every machine lets root raise limits, which Podman does by default. */
const LIMITS = '[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]\n';

/** A Podman of the test's own, beside any that is there, with the image of busybox. */
export async function startPodman(): Promise<Podman> {
  const root = mkdtempSync(join(tmpdir(), 'podman-'));
  writeFileSync(join(root, 'containers.conf'), LIMITS);
  const socket = join(root, 'podman.sock');
  const own = [
    ...[`--root=${root}/var/lib/containers/storage`, `--runroot=${root}/run/containers/storage`],
    ...[`--tmpdir=${root}/tmp`, '--events-backend=file', '--runtime=runc', '--cgroup-manager=cgroupfs'],
  ];
  const command = ['env', `CONTAINERS_CONF=${root}/containers.conf`, 'podman', ...own];
  const podman = (...args: readonly string[]): string => execute([...command, ...args]);
  mkdirSync(join(root, 'image'));
  podman('import', '--change=ENV PATH=/bin', createBusyboxArchive(join(root, 'image')), BUSYBOX);
  const [program = '', ...args] = [...command, 'system', 'service', '--time=0', `unix://${socket}`];
  const service = run(program, args);
  await waitUntil('Podman answers', () => succeeds(() => execute([...PING, socket, 'http://localhost/_ping'])));
  return {
    root,
    socket,
    podman,
    async [Symbol.asyncDispose]() {
      // What ends by itself meanwhile cannot be removed, and the service has to end whatever happens.
      succeeds(() => podman('rm', '--all', '--force', '--time=0'));
      await kill(service);
      for (const path of ['libpod_parent/conmon', 'libpod_parent']) removeCgroup(path);
      // Layers stay mounted as long as Podman may need them.
      succeeds(() => execute(['umount', join(root, 'var/lib/containers/storage/overlay')]));
      rmSync(root, { recursive: true, force: true });
    },
  };
}
