import { getMessage, getMessages, getText, getTextMap, parseFields } from '../../formats/protobuf.ts';
import type { Host } from '../../host/host.ts';
import { allowedLabels, type ContainerMetadata, podOf } from './metadata.ts';
import { foundBy, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const SERVICE = '/runtime.v1.RuntimeService';

/**
 * The runtime interface of Kubernetes, which containerd and CRI-O speak.
 * https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 */
export function criApi(socket: string, allowed: readonly string[]): MetadataSource {
  return {
    name: 'cri',
    isRequired: true,
    async find(host: Host, containers): Promise<MetadataResult> {
      const runtime = host.grpcSocket(socket);
      const [running, sandboxes] = await Promise.all([
        runtime.call(`${SERVICE}/ListContainers`, (message) => parseContainers(message, allowed)),
        runtime.call(`${SERVICE}/ListPodSandbox`, (message) => parseSandboxes(message, allowed)),
      ]);
      return foundBy(containers, ({ id }) => running.get(id) ?? sandboxes.get(id));
    },
  };
}

/** Containers: 1. In each id: 1, metadata: 3, image: 4, labels: 8. In its metadata and its image the name: 1. */
function parseContainers(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    getMessages(parseFields(message), 1).map((container) => {
      const labels = getTextMap(container, 8);
      const names: ContainerMetadata = {
        name: getText(getMessage(container, 3), 1),
        image: getText(getMessage(container, 4), 1),
        ...podOf(labels),
        labels: allowedLabels(labels, allowed),
      };
      return [getText(container, 1) ?? '', names];
    }),
  );
}

/** Sandboxes: 1. In each id: 1, metadata: 2, labels: 5. In its metadata name: 1, namespace: 3. */
function parseSandboxes(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    getMessages(parseFields(message), 1).map((sandbox) => {
      const metadata = getMessage(sandbox, 2);
      const names: ContainerMetadata = {
        pod: getText(metadata, 1),
        namespace: getText(metadata, 3),
        labels: allowedLabels(getTextMap(sandbox, 5), allowed),
      };
      return [getText(sandbox, 1) ?? '', names];
    }),
  );
}
