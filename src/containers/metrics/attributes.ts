import type { CgroupIdentity } from '../discovery/identify-cgroup.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';
import { ContainerLabels } from './labels.ts';

/** Which container a point is about, in the words of the conventions; a Collector can make resources of it. */
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

/** What Docker calls the container that holds a pod's network open: no container of the pod has that name. */
const SANDBOX = 'POD';

export function containerAttributes(
  { id, runtime, podUid }: CgroupIdentity,
  names: ContainerMetadata,
): ContainerAttributes {
  const { name, image, namespace, pod, container } = names;
  return ContainerLabels.of({
    'container.id': id,
    'container.name': name,
    'container.image.name': image === undefined ? undefined : imageName(image),
    'container.runtime.name': runtime,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': pod,
    'k8s.pod.uid': podUid,
    'k8s.container.name': container === SANDBOX ? undefined : container,
  });
}

/** `registry:5000/team/app:1.2@sha256:…` -> `registry:5000/team/app`; an image that has nothing but its id has no name. */
function imageName(image: string): string | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(image)) return undefined;
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}
