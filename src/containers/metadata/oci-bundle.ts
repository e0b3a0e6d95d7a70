import { findDockerData } from './docker-state.ts';
import { asObject, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, findFirstValue, mergeMetadata, pickLabels, pickPodMetadata } from './metadata.ts';

export interface Bundle {
  readonly metadata: ContainerMetadata;
  /** Data directory of the Docker that created the container, as {@link findDockerData} returns it. */
  readonly dockerData: string | undefined;
}

/** Annotations that nerdctl, containerd and CRI-O set. */
const NAME_KEYS = ['nerdctl/name', 'io.kubernetes.cri-o.Name'];
const IMAGE_KEYS = [
  'io.kubernetes.cri.image-name',
  'io.kubernetes.cri-o.ImageName',
  'nerdctl/image-name',
  // The image of a pod's sandbox, since containerd 2.
  'io.kubernetes.cri.podsandbox.image-name',
];
/** CRI-O: the labels of the container, as JSON. */
const LABELS_KEY = 'io.kubernetes.cri-o.Labels';

/** Parses an OCI runtime configuration, `config.json`: https://github.com/opencontainers/runtime-spec */
export function parseBundle(text: string, allowed: readonly string[]): Bundle {
  const { annotations: values, mounts } = asObject(parseJson(text));
  const annotations = asTextMap(values);
  const labels = parseLabels(annotations.get(LABELS_KEY));
  return {
    metadata: mergeMetadata([
      {
        name: findFirstValue(annotations, NAME_KEYS),
        image: findFirstValue(annotations, IMAGE_KEYS),
        labels: pickLabels(new Map([...annotations, ...labels]), allowed),
      },
      pickPodMetadata(annotations),
      pickPodMetadata(labels),
    ]),
    dockerData: findDockerData(mounts),
  };
}

/** Any program may set an annotation, so labels that are not JSON count as absent. */
function parseLabels(text: string | undefined): ReadonlyMap<string, string> {
  try {
    return asTextMap(text === undefined ? undefined : parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}
