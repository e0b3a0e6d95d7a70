import { findDockerData } from './docker-state.ts';
import { asObject, asTextMap, parseJson } from './json.ts';
import { type ContainerMetadata, findFirstValue, mergeMetadata, pickLabels, pickPodMetadata } from './metadata.ts';

export interface Bundle {
  readonly metadata: ContainerMetadata;
  /** Data directory of the Docker daemon that created the container; see {@link findDockerData}. */
  readonly dockerData: string | undefined;
}

/** Annotations of nerdctl and CRI-O that contain the name of a container. */
const NAME_KEYS = ['nerdctl/name', 'io.kubernetes.cri-o.Name'];
/** Annotations of containerd, CRI-O and nerdctl that contain the image of a container. */
const IMAGE_KEYS = [
  'io.kubernetes.cri.image-name',
  'io.kubernetes.cri-o.ImageName',
  'nerdctl/image-name',
  // containerd 2 and later: the image of a pod's sandbox.
  'io.kubernetes.cri.podsandbox.image-name',
];
/** Annotation of CRI-O that contains the labels of the container as JSON. */
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

/**
 * Parses the annotation with the labels. Every program may set this annotation, so a text that is not JSON counts as absent.
 */
function parseLabels(text: string | undefined): ReadonlyMap<string, string> {
  try {
    return asTextMap(text === undefined ? undefined : parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}
