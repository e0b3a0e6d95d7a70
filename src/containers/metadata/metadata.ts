/** What a container is called, as far as a source can tell. */
export interface ContainerMetadata {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  /** Of Kubernetes. */
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  /** The labels that the operator allows, by name. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Every field from the first that has it. */
export function mergeMetadata(all: readonly ContainerMetadata[]): ContainerMetadata {
  const first = <K extends keyof ContainerMetadata>(key: K): ContainerMetadata[K] =>
    all.find((names) => names[key] !== undefined)?.[key];
  return {
    name: first('name'),
    image: first('image'),
    namespace: first('namespace'),
    pod: first('pod'),
    container: first('container'),
    labels: first('labels'),
  };
}

/** How Kubernetes, CRI-O and containerd label their containers with what these are for. */
const POD_KEYS = {
  namespace: ['io.kubernetes.pod.namespace', 'io.kubernetes.cri.sandbox-namespace', 'io.kubernetes.cri-o.Namespace'],
  pod: ['io.kubernetes.pod.name', 'io.kubernetes.cri.sandbox-name', 'io.kubernetes.cri-o.KubeName'],
  container: ['io.kubernetes.container.name', 'io.kubernetes.cri.container-name'],
} as const;

/** The pod that labels or annotations name. */
export function podOf(labels: ReadonlyMap<string, string>): ContainerMetadata {
  return {
    namespace: firstOf(labels, POD_KEYS.namespace),
    pod: firstOf(labels, POD_KEYS.pod),
    container: firstOf(labels, POD_KEYS.container),
  };
}

/** @returns the first of some labels or annotations that is there */
export function firstOf(labels: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  return keys.map((key) => labels.get(key)).find((value) => value !== undefined);
}

/** Of a container's labels those that are allowed; the others are not even remembered. */
export function allowedLabels(
  labels: ReadonlyMap<string, string>,
  allowed: readonly string[],
): ContainerMetadata['labels'] {
  const kept = allowed.flatMap((name) => {
    const value = labels.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
