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
} as const;

/** Returns the namespace, pod and container name that labels or annotations contain. */
export function podMetadata(labels: ReadonlyMap<string, string>): ContainerMetadata {
  return {
    namespace: firstValue(labels, POD_KEYS.namespace),
    pod: firstValue(labels, POD_KEYS.pod),
    container: firstValue(labels, POD_KEYS.container),
  };
}

/** Returns the value of the first of several keys that exists in a map. */
export function firstValue(labels: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return cut(keys.map((key) => labels.get(key)).find((value) => value !== undefined));
}

/** Returns the allowed labels of a container. All other labels are dropped here, because they may contain secrets. */
export function allowedLabels(
  labels: ReadonlyMap<string, string>,
  allowed: readonly string[],
): ContainerMetadata['labels'] {
  const entries = allowed.flatMap((name) => {
    const value = labels.get(name);
    return value === undefined ? [] : [[name, cut(value)] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
