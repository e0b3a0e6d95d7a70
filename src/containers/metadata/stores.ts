import { type Host, isAbsentOr } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { listOf, objectOf, parseJson, textOf } from './json.ts';
import type { ContainerMetadata } from './metadata.ts';

/** What lists of containers say of them, by id. */
export type Stores = ReadonlyMap<string, ContainerMetadata>;

const LIST = 'containers/storage/overlay-containers/containers.json';

/** The homes of others are closed to all but root. */
const OF_ANOTHER: ReadonlySet<string> = new Set(['EACCES']);

/**
 * Reads the lists that Podman and CRI-O keep: one of the system, and one in the home of each user who has containers.
 *
 * @param errors where to put what is damaged
 */
export async function readStores(host: Host, containers: readonly Container[], errors: unknown[]): Promise<Stores> {
  const mayBeStored = containers.filter(({ runtime }) => runtime === 'podman' || runtime === 'cri-o');
  const all = new Map<string, ContainerMetadata>();
  if (mayBeStored.length === 0) return all;
  const uids = new Set(mayBeStored.flatMap(({ path }) => /\/user-(\d+)\.slice\//.exec(path)?.[1] ?? []));
  const homes = uids.size === 0 ? [] : await readHomes(host, uids);
  for (const path of [`var/lib/${LIST}`, ...homes.map((home) => `${home}/.local/share/${LIST}`)]) {
    try {
      for (const [id, names] of await host.rootfs.read(path, parseStore)) all.set(id, names);
    } catch (error) {
      if (!isAbsentOr(error, OF_ANOTHER)) errors.push(error);
    }
  }
  return all;
}

/** passwd(5): the homes of users, `paul:x:1000:1000:Paul:/home/paul:/bin/sh`. */
async function readHomes({ rootfs }: Host, uids: ReadonlySet<string>): Promise<readonly string[]> {
  const homes = await rootfs.readIfPresent('etc/passwd', (text) =>
    text.split('\n').flatMap((line) => {
      const [, , uid = '', , , home = ''] = line.split(':');
      return uids.has(uid) && home.startsWith('/') ? [home] : [];
    }),
  );
  return homes ?? [];
}

/** `[{"id": "3abe…", "names": ["web"], "metadata": "{\"image-name\": \"…\", \"pod-name\": …}"}, …]` */
function parseStore(text: string): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    listOf(parseJson(text)).flatMap((entry) => {
      const { id, names, metadata } = objectOf(entry);
      const known = textOf(id);
      if (known === undefined) return [];
      const about = objectOf(parseJson(textOf(metadata) ?? '{}'));
      const name = textOf(about['name']) ?? textOf(listOf(names)[0]);
      return [[known, { name, image: textOf(about['image-name']) }] as const];
    }),
  );
}
