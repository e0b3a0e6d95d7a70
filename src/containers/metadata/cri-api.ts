import { getMessage, getMessages, getText, getTextMap, parseFields } from '../../formats/protobuf.ts';
import { type ContainerMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const SERVICE = '/runtime.v1.RuntimeService';

/**
 * Returns a source for the Container Runtime Interface of Kubernetes (CRI), which containerd and CRI-O implement.
 * https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto
 *
 * @param socket path of the socket of the runtime
 * @param allowed names of the container labels to read
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
 * Parses a `ListContainersResponse`. Field numbers: 1 containers; in a container, 1 id, 3 metadata, 4 image, 8 labels; in
 * metadata and image, 1 name.
 */
function parseContainers(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    getMessages(parseFields(message), 1).map((container) => {
      const labels = getTextMap(container, 8);
      const metadata: ContainerMetadata = {
        name: getText(getMessage(container, 3), 1),
        image: getText(getMessage(container, 4), 1),
        ...pickPodMetadata(labels),
        labels: pickLabels(labels, allowed),
      };
      return [getText(container, 1) ?? '', metadata];
    }),
  );
}

/**
 * Parses a `ListPodSandboxResponse`. Field numbers: 1 sandboxes; in a sandbox, 1 id, 2 metadata, 5 labels; in metadata,
 * 1 name, 3 namespace.
 */
function parseSandboxes(message: Buffer, allowed: readonly string[]): ReadonlyMap<string, ContainerMetadata> {
  return new Map(
    getMessages(parseFields(message), 1).map((sandbox) => {
      const pod = getMessage(sandbox, 2);
      const metadata: ContainerMetadata = {
        pod: getText(pod, 1),
        namespace: getText(pod, 3),
        labels: pickLabels(getTextMap(sandbox, 5), allowed),
      };
      return [getText(sandbox, 1) ?? '', metadata];
    }),
  );
}
