import { asArray, asObject, asText, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

/**
 * Returns a source for the API of Docker, which Podman implements too. The source requests only the list of running
 * containers.
 * https://docs.docker.com/reference/api/engine/
 *
 * @param socket path of the socket of the API
 * @param allowed names of the container labels to read
 */
export function dockerApi(socket: string, allowed: readonly string[]): MetadataSource {
  return {
    name: 'docker',
    isRequired: true,
    async find(host, containers): Promise<MetadataResult> {
      const running = await host.httpSocket(socket).get('/containers/json', (text) => parseContainers(text, allowed));
      return lookUpEach(containers, ({ id }) => running.get(id));
    },
  };
}

/** Maximum number of values in the list. A container has about a hundred values. */
const MAX_VALUES = 500_000;

/** Parses `[{"Id": "b07c…", "Names": ["/web"], "Image": "nginx", "Labels": {…}, …}]`. */
function parseContainers(text: string, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  const list = parseJson(text, MAX_VALUES);
  if (!Array.isArray(list)) throw new SyntaxError('expected a list of containers');
  return new Map(
    list.flatMap((entry) => {
      const { Id, Names, Image, Labels } = asObject(entry);
      const id = asText(Id);
      if (id === undefined) return [];
      const labels = asTextMap(Labels);
      const metadata: ContainerMetadata = {
        name: parseName(Names),
        image: asText(Image),
        ...pickPodMetadata(labels),
        labels: pickLabels(labels, allowed),
      };
      return [[id, metadata] as const];
    }),
  );
}

/** Returns the name of the container. Prefers a name without a second slash: `/a/b` is an alias from `docker run --link`. */
function parseName(list: unknown): string | undefined {
  const names = asArray(list).flatMap((name) => asText(name)?.replace(/^\//, '') ?? []);
  return names.find((name) => !name.includes('/')) ?? names[0];
}
