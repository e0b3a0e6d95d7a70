import type { Labels } from '../../metrics/metric.ts';

export const CONTAINER_LABELS = ['id', 'name', 'image', 'namespace', 'pod', 'container'] as const;

/** The labels that all series of a container have. */
export type ContainerLabels = Labels<(typeof CONTAINER_LABELS)[number]>;

export function createContainerLabels({
  id,
  name,
  image,
  namespace,
  pod,
  container,
}: Partial<ContainerLabels> & { readonly id: string }): ContainerLabels {
  return { id, name, image, namespace, pod, container };
}
