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

/** The pod of an app in a namespace that is not about to go. */
export function podOf({ kubectl }: KubernetesNode, namespace: string, app: string): Pod {
  const list = ['get', 'pods', `--namespace=${namespace}`, `--selector=app.kubernetes.io/name=${app}`];
  const { items } = JSON.parse(kubectl(...list, '--output=json')) as { items: Pod[] };
  const [pod] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error(`No pod of ${app}`);
  return pod;
}

/** Seconds from when it was created until it was ready. */
export function secondsUntilReady({ metadata, status }: Pod): number {
  const since = status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  return (Date.parse(since) - Date.parse(metadata.creationTimestamp)) / 1000;
}

/** Docker's name of the only container of a pod. */
export function containerOf({ status }: Pod): string {
  return status.containerStatuses[0]?.containerID.replace('docker://', '') ?? '';
}

/** `54.09MiB / 256MiB`: what a pod of one container uses, and its limit. */
export function memoryOf({ docker }: Engine, pod: Pod): string {
  return docker('stats', '--no-stream', '--format={{.MemUsage}}', containerOf(pod));
}

/** How a container ended that the kubelet may have removed since. */
export function exitCode({ docker }: Engine, container: string, since: number): string {
  const until = Math.ceil(Date.now() / 1000);
  return docker(
    ...['events', `--since=${since}`, `--until=${until}`, `--filter=container=${container}`, '--filter=event=die'],
    '--format={{.Actor.Attributes.exitCode}}',
  );
}
