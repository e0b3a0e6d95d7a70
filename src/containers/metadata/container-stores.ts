import type { ReportProblem } from '../../parse/rows.ts';
import { asArray, asObject, asText, parseJson } from './json.ts';
import { type ContainerMetadata, mergeMetadata, parseKubernetesName } from './metadata.ts';
import type { StateReader } from './state-reader.ts';

/**
 * Files of a container store. The second file contains the containers of CRI-O, and those containers of Podman that are
 * removed when they stop (`podman run --rm`, Quadlet).
 */
const STORE_FILES = ['containers.json', 'volatile-containers.json'];

/**
 * Returns the directories of container stores in a storage directory. Their names depend on the storage driver:
 * `overlay-containers`, `vfs-containers`, `btrfs-containers`.
 */
export async function listStores(reader: StateReader, storage: string): Promise<readonly string[]> {
  const names = await reader.list(storage);
  return names.filter((name) => name.endsWith('-containers')).map((name) => `${storage}/${name}`);
}

/** Reads container stores of Podman and CRI-O. Returns metadata by container id. */
export async function readStores(
  reader: StateReader,
  stores: readonly string[],
): Promise<ReadonlyMap<string, ContainerMetadata>> {
  const paths = stores.flatMap((store) => STORE_FILES.map((file) => `${store}/${file}`));
  const entries = await Promise.all(paths.map((path) => reader.read(path, parseStore)));
  return new Map(entries.flatMap((list) => list ?? []));
}

type StoreEntry = readonly [id: string, metadata: ContainerMetadata];

/** Parses `[{"id": "3abe…", "names": ["web"], "metadata": "{\"image-name\": \"…\", \"pod-name\": …}"}, …]`. */
function parseStore(text: string, report: ReportProblem): readonly StoreEntry[] {
  return asArray(parseJson(text)).flatMap((entry): readonly StoreEntry[] => {
    const { id: entryId, names, metadata } = asObject(entry);
    const id = asText(entryId);
    if (id === undefined) return [];
    const fields = parseEntryMetadata(metadata, report);
    const name = asText(fields['name']) ?? asArray(names).map(asText).find(Boolean);
    const kubernetes: ContainerMetadata = { namespace: asText(fields['namespace']), podUid: asText(fields['uid']) };
    return [
      [id, mergeMetadata([{ name, image: asText(fields['image-name']) }, kubernetes, parseKubernetesName(name)])],
    ];
  });
}

/** Parses the property `metadata` of an entry, which is itself JSON. */
function parseEntryMetadata(metadata: unknown, report: ReportProblem): Readonly<Record<string, unknown>> {
  try {
    return asObject(parseJson(asText(metadata) ?? '{}'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(error);
    return {};
  }
}
