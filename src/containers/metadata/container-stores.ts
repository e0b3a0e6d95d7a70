import { type Host, isAbsentOr } from '../../host/host.ts';
import type { Container } from '../discovery/container.ts';
import { asArray, asObject, asText, parseJson } from './json.ts';
import type { ContainerMetadata } from './metadata.ts';

const STORE = 'containers/storage/overlay-containers/containers.json';

/** The store of a user counts as absent if this process may not read the user's home directory. */
const CLOSED: ReadonlySet<string> = new Set(['EACCES']);

/**
 * Reads the container stores of Podman and CRI-O: the store of the system, and the store of each user with containers.
 *
 * @param errors receives an error for each store that is damaged
 * @returns metadata by container id
 */
export async function readStores(
  host: Host,
  containers: readonly Container[],
  errors: unknown[],
): Promise<ReadonlyMap<string, ContainerMetadata>> {
  const candidates = containers.filter(({ runtime }) => runtime === 'podman' || runtime === 'cri-o');
  const metadata = new Map<string, ContainerMetadata>();
  if (candidates.length === 0) return metadata;
  const uids = new Set(candidates.flatMap(({ path }) => /\/user-(\d+)\.slice\//.exec(path)?.[1] ?? []));
  const homes = uids.size === 0 ? [] : await readHomes(host, uids);
  for (const path of [`var/lib/${STORE}`, ...homes.map((home) => `${home}/.local/share/${STORE}`)]) {
    try {
      for (const [id, entry] of await host.rootfs.read(path, parseStore)) metadata.set(id, entry);
    } catch (error) {
      if (!isAbsentOr(error, CLOSED)) errors.push(error);
    }
  }
  return metadata;
}

/** Returns the home directories of users from passwd(5): `paul:x:1000:1000:Paul:/home/paul:/bin/sh`. */
async function readHomes({ rootfs }: Host, uids: ReadonlySet<string>): Promise<readonly string[]> {
  const homes = await rootfs.readIfPresent('etc/passwd', (text) =>
    text.split('\n').flatMap((line) => {
      const [, , uid = '', , , home = ''] = line.split(':');
      return uids.has(uid) && home.startsWith('/') ? [home] : [];
    }),
  );
  return homes ?? [];
}

/** Parses `[{"id": "3abe…", "names": ["web"], "metadata": "{\"image-name\": \"…\", \"pod-name\": …}"}, …]`. */
function parseStore(text: string): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    asArray(parseJson(text)).flatMap((entry) => {
      const { id: entryId, names, metadata } = asObject(entry);
      const id = asText(entryId);
      if (id === undefined) return [];
      const { name, 'image-name': image } = asObject(parseJson(asText(metadata) ?? '{}'));
      return [[id, { name: asText(name) ?? asText(asArray(names)[0]), image: asText(image) }] as const];
    }),
  );
}
