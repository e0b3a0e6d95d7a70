import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, repeat } from './attack.ts';

const MEBIBYTE = 2 ** 20;
const BUNDLES = 'root/run/containerd/io.containerd.runtime.v2.task/k8s.io';
/** A cgroup that a user may fill without privileges. */
const USER_SLICE = 'sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice';

/** Scrapes the exporter, as Prometheus does during the attack. */
function scrape(url: URL, signal: AbortSignal): Promise<void> {
  return repeat(2, signal, async () => {
    await fetch(new URL('/metrics', url), { signal }).then((response) => response.text());
    await fetch(new URL('/info/containers', url), { signal }).then((response) => response.text());
  });
}

/** Writes the state file of each container of the host. */
function writeBundles(directory: string, text: (index: number) => string): void {
  for (const [index, id] of listContainers(join(directory, 'sys/fs/cgroup')).entries()) {
    mkdirSync(join(directory, BUNDLES, id), { recursive: true });
    writeFileSync(join(directory, BUNDLES, id, 'config.json'), text(index));
  }
}

function listContainers(cgroups: string): readonly string[] {
  const names = readdirSync(cgroups, { recursive: true, encoding: 'utf8' });
  return names.flatMap((name) => /\/cri-containerd-([0-9a-f]{64})\.scope$/.exec(name)?.[1] ?? []);
}

/** Containers with a name, an image and a label of half a MiB each. */
export const longLabels: Attack = {
  containers: 20,
  flags: ['--containers.labels=team'],
  prepare(directory) {
    writeBundles(directory, (index) =>
      JSON.stringify({
        annotations: {
          'io.kubernetes.cri.container-name': `${'n'.repeat(MEBIBYTE / 2)}${index}`,
          'io.kubernetes.cri.image-name': 'é'.repeat(MEBIBYTE / 4),
          team: '"\n'.repeat(MEBIBYTE / 4),
        },
      }),
    );
  },
  run: scrape,
};

/** State files of containers that consist of brackets. */
export const nestedState: Attack = {
  containers: 20,
  prepare(directory) {
    writeBundles(directory, (index) => (index % 2 === 0 ? '[' : '[{},').repeat(4 * MEBIBYTE));
  },
  run: scrape,
};

/** Returns an attack with many cgroups that have the names of containers, in the slice of a user. */
export const userCgroups = (count: number): Attack => ({
  containers: 10,
  prepare(directory) {
    for (let index = 0; index < count; index += 1) {
      const path = join(directory, USER_SLICE, `docker-${index.toString(16).padStart(64, '0')}.scope`);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'cpu.stat'), 'usage_usec 1\nuser_usec 1\nsystem_usec 0\n');
      writeFileSync(join(path, 'memory.current'), '4096\n');
      writeFileSync(join(path, 'pids.current'), '1\n');
    }
  },
  run: scrape,
});

export const SIZE_ATTACKS: Readonly<Record<string, Attack>> = {
  'long labels': longLabels,
  'nested state': nestedState,
  'user cgroups': userCgroups(10_000),
};
