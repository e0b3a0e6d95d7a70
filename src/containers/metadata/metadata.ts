import { cutText, MAX_LABEL_BYTES } from '../../util/cut-text.ts';

/** Name, image, labels and Kubernetes pod of a container. A field is `undefined` if no source provides it. */
export interface ContainerMetadata {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  /** Kubernetes namespace of the pod. */
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  /** Name of the container in its pod. */
  readonly container?: string | undefined;
  /** UID of the pod. */
  readonly podUid?: string | undefined;
  /** Labels that `--containers.labels` allows, by name. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * Returns merged metadata: each field has the value from the first source that provides the field.
 *
 * @param sources in order of precedence
 */
export function mergeMetadata(sources: readonly ContainerMetadata[]): ContainerMetadata {
  const first = (key: Exclude<keyof ContainerMetadata, 'labels'>): string | undefined =>
    cut(sources.find((metadata) => metadata[key] !== undefined)?.[key]);
  return {
    name: first('name'),
    image: first('image'),
    namespace: first('namespace'),
    pod: first('pod'),
    container: first('container'),
    podUid: first('podUid'),
    labels: sources.find(({ labels }) => labels !== undefined)?.labels,
  };
}

/** Cuts a text before it is stored: a label of a container may have any size. */
function cut<T extends string | undefined>(text: T): T | string {
  return text === undefined ? text : cutText(text, MAX_LABEL_BYTES);
}

/** For each field, the labels and annotations that may contain its value. Kubelet, containerd and CRI-O set them. */
const POD_KEYS = {
  namespace: ['io.kubernetes.pod.namespace', 'io.kubernetes.cri.sandbox-namespace', 'io.kubernetes.cri-o.Namespace'],
  pod: ['io.kubernetes.pod.name', 'io.kubernetes.cri.sandbox-name', 'io.kubernetes.cri-o.KubeName'],
  container: ['io.kubernetes.container.name', 'io.kubernetes.cri.container-name'],
  podUid: ['io.kubernetes.pod.uid', 'io.kubernetes.cri.sandbox-uid'],
} as const;

/** Returns the names and the pod UID that labels or annotations of Kubernetes contain. */
export function pickPodMetadata(labels: ReadonlyMap<string, string>): ContainerMetadata {
  return {
    namespace: findFirstValue(labels, POD_KEYS.namespace),
    pod: findFirstValue(labels, POD_KEYS.pod),
    container: findFirstValue(labels, POD_KEYS.container),
    podUid: findFirstValue(labels, POD_KEYS.podUid),
  };
}

/**
 * Returns the metadata in a name that CRI-O or cri-dockerd has assigned to a container:
 * `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`. Names in Kubernetes contain no underscores. For other names, each
 * field is `undefined`.
 */
export function parseKubernetesName(text: string | undefined): ContainerMetadata {
  const [, container, pod, namespace, podUid] = /^k8s_([^_]+)_([^_]+)_([^_]+)_([^_]+)_\d+/s.exec(text ?? '') ?? [];
  return { container, pod, namespace, podUid };
}

/** Returns the value of the first of several keys that exists in a map. */
export function findFirstValue(labels: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return cut(keys.map((key) => labels.get(key)).find((value) => value !== undefined));
}

/** Returns the allowed labels of a container. All other labels are dropped here, because they may contain secrets. */
export function pickLabels(
  labels: ReadonlyMap<string, string>,
  allowed: readonly string[],
): ContainerMetadata['labels'] {
  const entries = allowed.flatMap((name) => {
    const value = labels.get(name);
    return value === undefined ? [] : [[name, cut(value)] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
