import { getMessage, getMessages, getText, getTextMap, parseFields } from '../../formats/protobuf.ts';
import { allowedLabels, type ContainerMetadata, podMetadata } from './metadata.ts';
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
    getMessages(parseFields(message), 1).map((container) => {
      const labels = getTextMap(container, 8);
      const metadata: ContainerMetadata = {
        name: getText(getMessage(container, 3), 1),
        image: getText(getMessage(container, 4), 1),
        ...podMetadata(labels),
        labels: allowedLabels(labels, allowed),
      };
      return [getText(container, 1) ?? '', metadata];
    }),
  );
}

/**
 * Field numbers of `ListPodSandboxResponse`: sandboxes 1. Of a sandbox: id 1, metadata 2, labels 5. In its metadata: name 1,
 * namespace 3.
 */
function parseSandboxes(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    getMessages(parseFields(message), 1).map((sandbox) => {
      const pod = getMessage(sandbox, 2);
      const metadata: ContainerMetadata = {
        pod: getText(pod, 1),
        namespace: getText(pod, 3),
        labels: allowedLabels(getTextMap(sandbox, 5), allowed),
      };
      return [getText(sandbox, 1) ?? '', metadata];
    }),
  );
}
