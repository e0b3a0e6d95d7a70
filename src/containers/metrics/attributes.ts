import type { CgroupIdentity } from '../discovery/identify-cgroup.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';
import { ContainerLabels } from './labels.ts';

/** Attributes that identify the container of a data point. A Collector can move them to the resource. */
export const CONTAINER_ATTRIBUTES = [
  'container.id',
  'container.name',
  'container.image.name',
  'container.runtime.name',
  'k8s.namespace.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  'k8s.container.name',
] as const;

export type ContainerAttributes = ContainerLabels<(typeof CONTAINER_ATTRIBUTES)[number]>;

/** Kubernetes' name for the Docker container that holds the network of a pod open. It is not a container of the pod. */
const SANDBOX = 'POD';

export function createContainerAttributes(
  { id, runtime, podUid }: CgroupIdentity,
  { name, image, namespace, pod, container }: ContainerMetadata,
): ContainerAttributes {
  return ContainerLabels.of({
    'container.id': id,
    'container.name': name,
    'container.image.name': image === undefined ? undefined : stripImageTag(image),
    'container.runtime.name': runtime,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': pod,
    'k8s.pod.uid': podUid,
    'k8s.container.name': container === SANDBOX ? undefined : container,
  });
}

/** `registry:5000/team/app:1.2@sha256:…` -> `registry:5000/team/app`; `undefined` for an image that has only an id. */
function stripImageTag(image: string): string | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(image)) return undefined;
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
