import { messageField, messagesField, parseFields, textField, textMapField } from '../../formats/protobuf.ts';
import { type ContainerMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const SERVICE = '/runtime.v1.RuntimeService';

/**
 * The Container Runtime Interface of Kubernetes, which containerd and CRI-O implement.
 * https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 *
 * @param socket path of the runtime's socket
 * @param allowed names of the labels to read
 */
export function criApi(socket: string, allowed: readonly string[]): MetadataSource {
  return {
    name: 'cri',
    isRequired: true,
    async find(host, containers): Promise<MetadataResult> {
      const runtime = host.grpcSocket(socket);
      const [running, sandboxes] = await Promise.all([
        runtime.call(`${SERVICE}/ListContainers`, (message) => parseContainers(message, allowed)),
        runtime.call(`${SERVICE}/ListPodSandbox`, (message) => parseSandboxes(message, allowed)),
      ]);
      return lookUpEach(containers, ({ id }) => running.get(id) ?? sandboxes.get(id));
    },
  };
}

/**
 * Field numbers of `ListContainersResponse`: containers 1. Of a container: id 1, metadata 3, image 4, labels 8. In its
 * metadata and in its image: name 1.
 */
function parseContainers(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    messagesField(parseFields(message), 1).map((container) => {
      const labels = textMapField(container, 8);
      const metadata: ContainerMetadata = {
        name: textField(messageField(container, 3), 1),
        image: textField(messageField(container, 4), 1),
        ...pickPodMetadata(labels),
        labels: pickLabels(labels, allowed),
      };
      return [textField(container, 1) ?? '', metadata];
    }),
  );
}

/**
 * Field numbers of `ListPodSandboxResponse`: sandboxes 1. Of a sandbox: id 1, metadata 2, labels 5. In its metadata: name 1,
 * namespace 3.
 */
function parseSandboxes(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    messagesField(parseFields(message), 1).map((sandbox) => {
      const pod = messageField(sandbox, 2);
      const metadata: ContainerMetadata = {
        pod: textField(pod, 1),
        namespace: textField(pod, 3),
        labels: pickLabels(textMapField(sandbox, 5), allowed),
      };
      return [textField(sandbox, 1) ?? '', metadata];
    }),
  );
}
