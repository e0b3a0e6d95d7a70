import { asArray, asObject, asText, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, mergeMetadata, parseKubernetesName, pickLabels, pickPodMetadata } from './metadata.ts';

/** Parses Docker's `config.v2.json`: `{"Name": "/web", "Config": {"Image": "nginx", "Labels": {…}, "Env": […]}, …}`. */
export function parseDockerState(text: string, allowed: readonly string[]): ContainerMetadata {
  const { Name, Config } = asObject(parseJson(text));
  const { Image, Labels } = asObject(Config);
  const labels = asTextMap(Labels);
  const name = asText(Name)?.replace(/^\//, '');
  return mergeMetadata([
    { name, image: asText(Image), labels: pickLabels(labels, allowed) },
    pickPodMetadata(labels),
    parseKubernetesName(name),
  ]);
}

/**
 * Matches the files and directories that Docker mounts into a container. They are in the directory where Docker stores the
 * state of the container.
 */
const DOCKER_MOUNT =
  /^(\/.*)\/containers\/[0-9a-f]{64}\/(?:hostname|hosts|resolv\.conf|mounts|secrets|config)(?:\/|$)/s;

/**
 * Returns the data directory of the Docker daemon that created a container, relative to the root file system; `undefined` if
 * no mount of the container is below this directory. If a container shares the network of another container, the directory
 * in its mounts has the id of the other container.
 *
 * @param mounts mounts of the container, in the format of runc or of an OCI runtime configuration
 */
export function findDockerData(mounts: unknown): string | undefined {
  const sources = asArray(mounts).map((mount) => asText(asObject(mount)['source']) ?? '');
  return sources.map((source) => DOCKER_MOUNT.exec(source)?.[1]?.slice(1)).find(Boolean);
}

/** Parses runc's `state.json`, and returns the result of {@link findDockerData}. */
export function parseRuncState(text: string): string | undefined {
  return findDockerData(asObject(asObject(parseJson(text))['config'])['mounts']);
}
