import { getMessage, getText, getTextMap, type ProtobufFields, parseFields } from '../../formats/protobuf.ts';
import { parseReporting } from '../../host/errors.ts';
import { type Host, ReadError } from '../../host/host.ts';
import type { ReportProblem } from '../../parse/rows.ts';
import { type ContainerMetadata, mergeMetadata, pickLabels, pickPodMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

/**
 * Names of the service in both versions of the interface. containerd 1.5, CRI-O 1.22 and earlier versions have only the
 * second name.
 */
const SERVICES = ['/runtime.v1.RuntimeService', '/runtime.v1alpha2.RuntimeService'];

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
      const errors: unknown[] = [];
      const [containerList, sandboxList] = await Promise.allSettled([
        call(host, { socket, method: 'ListContainers' }, (message) => parseEach(message, parseContainer, errors)),
        call(host, { socket, method: 'ListPodSandbox' }, (message) => parseEach(message, parseSandbox, errors)),
      ]);
      const lists = [containerList, sandboxList];
      const failures = lists.flatMap((list): unknown[] => (list.status === 'rejected' ? [list.reason] : []));
      // One list is useful without the other, so the source fails only if both lists fail.
      if (failures.length === lists.length) throw failures[0];
      errors.push(...failures);
      const running = containerList.status === 'fulfilled' ? containerList.value : [];
      const sandboxes = sandboxList.status === 'fulfilled' ? sandboxList.value : [];
      const pods = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
      const metadata = new Map([...sandboxes, ...running].map((item) => [item.id, toMetadata(item, pods, allowed)]));
      return { ...lookUpEach(containers, ({ id }) => metadata.get(id)), errors };
    },
  };
}

async function call<T>(
  host: Host,
  { socket, method }: { readonly socket: string; readonly method: string },
  parse: (message: Buffer) => T,
): Promise<T> {
  const runtime = host.grpcSocket(socket);
  const [current, previous] = SERVICES.map((service) => `${service}/${method}`);
  try {
    return await runtime.call(current ?? '', parse);
  } catch (error) {
    if (!(error instanceof ReadError) || error.code !== 'UNIMPLEMENTED') throw error;
    return runtime.call(previous ?? '', parse);
  }
}

/** A container or a sandbox. */
interface CriItem {
  readonly id: string;
  /** Id of the sandbox that contains the container; `undefined` for a sandbox. */
  readonly sandboxId: string | undefined;
  readonly metadata: ContainerMetadata;
  readonly labels: ReadonlyMap<string, string>;
}

function toMetadata(
  { sandboxId = '', metadata, labels }: CriItem,
  sandboxes: ReadonlyMap<string, CriItem>,
  allowed: readonly string[],
): ContainerMetadata {
  const pod = sandboxes.get(sandboxId)?.metadata ?? {};
  return mergeMetadata([{ labels: pickLabels(labels, allowed) }, pickPodMetadata(labels), metadata, pod]);
}

/**
 * Parses each message in field 1. If a message is malformed, adds an error to `errors` and leaves out only its container or
 * sandbox.
 */
function parseEach(message: Buffer, parse: (item: ProtobufFields) => CriItem, errors: unknown[]): readonly CriItem[] {
  const parseItems = (items: readonly Buffer[], report: ReportProblem): readonly CriItem[] =>
    items.flatMap((item) => {
      try {
        return [parse(parseFields(item))];
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        report(error);
        return [];
      }
    });
  return parseReporting(parseFields(message).get(1) ?? [], parseItems, ({ message: reason }) =>
    errors.push(new SyntaxError(`Cannot parse a container of the CRI API: ${reason}`)),
  );
}

/**
 * Parses a container in a `ListContainersResponse`. Field numbers: 1 id, 2 pod_sandbox_id, 3 metadata, 4 image, 8 labels; in
 * metadata and image, 1 name; in image, 18 user_specified_image. The kubelet requests an image by its id, so that the name
 * is this id. The field user_specified_image contains the image in the specification of the pod.
 */
function parseContainer(container: ProtobufFields): CriItem {
  const name = getText(getMessage(container, 3), 1);
  const image = getMessage(container, 4);
  return {
    id: getText(container, 1) ?? '',
    sandboxId: getText(container, 2),
    metadata: { name, container: name, image: getText(image, 18) ?? getText(image, 1) },
    labels: getTextMap(container, 8),
  };
}

/**
 * Parses a sandbox in a `ListPodSandboxResponse`. Field numbers: 1 id, 2 metadata, 5 labels; in metadata, 1 name, 2 uid,
 * 3 namespace.
 */
function parseSandbox(sandbox: ProtobufFields): CriItem {
  const pod = getMessage(sandbox, 2);
  return {
    id: getText(sandbox, 1) ?? '',
    sandboxId: undefined,
    metadata: { pod: getText(pod, 1), podUid: getText(pod, 2), namespace: getText(pod, 3) },
    labels: getTextMap(sandbox, 5),
  };
}
