import type { Host } from '../../host/host.ts';
import { listOf, objectOf, parseJson, textOf, textsOf } from './json.ts';
import { allowedLabels, type ContainerMetadata, podOf } from './metadata.ts';
import { foundBy, type MetadataResult, type MetadataSource } from './metadata-source.ts';

/** The interface of Docker, which Podman speaks too: the list of what runs, and nothing else. */
export function dockerApi(socket: string, allowed: readonly string[]): MetadataSource {
  return {
    name: 'docker',
    isRequired: true,
    async find(host: Host, containers): Promise<MetadataResult> {
      const running = await host.httpSocket(socket).get('/containers/json', (text) => parseContainers(text, allowed));
      return foundBy(containers, ({ id }) => running.get(id));
    },
  };
}

/** `[{"Id": "b07c…", "Names": ["/web"], "Image": "nginx", "Labels": {…}, …}]`; `/a/b` is a link of `a` to another one. */
function parseContainers(text: string, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  const list = parseJson(text);
  if (!Array.isArray(list)) throw new SyntaxError('expected a list of containers');
  return new Map(
    list.flatMap((entry) => {
      const { Id, Names, Image, Labels } = objectOf(entry);
      const id = textOf(Id);
      if (id === undefined) return [];
      const names = listOf(Names).flatMap((name) => textOf(name)?.replace(/^\//, '') ?? []);
      const labels = textsOf(Labels);
      return [
        [
          id,
          {
            name: names.find((name) => !name.includes('/')) ?? names[0],
            image: textOf(Image),
            ...podOf(labels),
            labels: allowedLabels(labels, allowed),
          },
        ] as const,
      ];
    }),
  );
}
