import { AbsentError, optionalAsync } from '../../host/host.ts';
import type { ContainerMetadata } from './metadata.ts';
import { foundBy, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const PODS = 'var/log/pods';
const CONTAINERS = 'var/log/containers';

/**
 * The names of the log files that kubelet makes on every node, which everyone may list: `/var/log/containers` has a link
 * for each container, `<pod>_<namespace>_<container>-<id>.log`, and `/var/log/pods` a folder for each pod,
 * `<namespace>_<pod>_<uid>`. No link is followed and no file opened.
 */
export const kubernetesLogs: MetadataSource = {
  name: 'kubernetes-logs',
  isRequired: false,
  async find(host, containers): Promise<MetadataResult> {
    const [links, folders] = await Promise.all([CONTAINERS, PODS].map((path) => optionalAsync(host.rootfs.list(path))));
    if (links === undefined && folders === undefined) {
      throw new AbsentError(`Cannot find ${host.rootfs.path(PODS)}: this is no node of Kubernetes`);
    }
    const byId = new Map((links ?? []).flatMap(parseLogName));
    const byUid = new Map((folders ?? []).flatMap(parsePodName));
    return foundBy(containers, ({ id, podUid = '' }) => byId.get(id) ?? byUid.get(podUid));
  },
};

/** Names of Kubernetes hold no underscore. */
function parseLogName(name: string): readonly (readonly [id: string, names: ContainerMetadata])[] {
  const [, pod, namespace, container, id] = /^([^_]+)_([^_]+)_([^_]+)-([0-9a-f]{64})\.log$/s.exec(name) ?? [];
  return id === undefined ? [] : [[id, { namespace, pod, container }]];
}

function parsePodName(name: string): readonly (readonly [uid: string, names: ContainerMetadata])[] {
  const [, namespace, pod, uid] = /^([^_]+)_([^_]+)_([^_]+)$/s.exec(name) ?? [];
  return uid === undefined ? [] : [[uid, { namespace, pod }]];
}
