import type { Labels } from '../../metrics/metric.ts';
import type { CgroupIdentity } from '../discovery/identify-cgroup.ts';
import type { ContainerMetadata } from '../metadata/metadata.ts';

/** Attributes of a data point that identify its container. A Collector can move these attributes to the resource. */
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

export type ContainerAttributes = Labels<(typeof CONTAINER_ATTRIBUTES)[number]>;

/** Container name that Kubernetes gives to the sandbox of a pod. The sandbox does not count as a container of the pod. */
const SANDBOX = 'POD';

export function createContainerAttributes(
  { uniqueId, runtime, podUid }: Pick<CgroupIdentity, 'uniqueId' | 'runtime' | 'podUid'>,
  { name, image, namespace, pod, container, podUid: metadataPodUid }: ContainerMetadata,
): ContainerAttributes {
  return {
    'container.id': uniqueId,
    'container.name': name,
    'container.image.name': image === undefined ? undefined : stripImageTag(image),
    'container.runtime.name': runtime,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': pod,
    'k8s.pod.uid': podUid ?? metadataPodUid,
    'k8s.container.name': container === SANDBOX ? undefined : container,
  };
}

/** Returns an image without tag and digest: `registry:5000/team/app:1.2@sha256:…` -> `registry:5000/team/app`. */
function stripImageTag(image: string): string | undefined {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(image)) return undefined;
  return image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');
}
