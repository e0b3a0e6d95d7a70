import type { Engine } from '../support/docker/engine.ts';
import type { KubernetesNode } from './node.ts';

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
  };
  readonly status: {
    readonly podIP: string;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
    readonly containerStatuses: readonly { readonly containerID: string; readonly restartCount: number }[];
  };
}

/** Returns the pod of an app. Ignores pods that Kubernetes is deleting. */
export function podOf({ kubectl }: KubernetesNode, namespace: string, app: string): Pod {
  const list = ['get', 'pods', `--namespace=${namespace}`, `--selector=app.kubernetes.io/name=${app}`];
  const { items } = JSON.parse(kubectl(...list, '--output=json')) as { items: Pod[] };
  const [pod] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error(`Cannot find a pod of ${app}`);
  return pod;
}

/** Returns the seconds from creation to readiness. */
export function secondsUntilReady({ metadata, status }: Pod): number {
  const since = status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  return (Date.parse(since) - Date.parse(metadata.creationTimestamp)) / 1000;
}

/** Returns the Docker id of the first container of a pod. */
export function containerOf({ status }: Pod): string {
  return status.containerStatuses[0]?.containerID.replace('docker://', '') ?? '';
}

/** Returns the memory usage and limit of a pod with one container: `54.09MiB / 256MiB`. */
export function memoryOf({ docker }: Engine, pod: Pod): string {
  return docker('stats', '--no-stream', '--format={{.MemUsage}}', containerOf(pod));
}

/** Returns the exit code of a container from the events of Docker, because the kubelet may have removed the container. */
export function exitCode({ docker }: Engine, container: string, since: number): string {
  const until = Math.ceil(Date.now() / 1000);
  return docker(
    ...['events', `--since=${since}`, `--until=${until}`, `--filter=container=${container}`, '--filter=event=die'],
    '--format={{.Actor.Attributes.exitCode}}',
  );
}
