import { AbsentError, optionalAsync } from '../../host/host.ts';
import type { ContainerMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const PODS = 'var/log/pods';
const CONTAINERS = 'var/log/containers';

/**
 * The names of the log files that kubelet creates on each node, which every user may list: `/var/log/containers` contains a
 * link for each container, `<pod>_<namespace>_<container>-<id>.log`, and `/var/log/pods` a directory for each pod,
 * `<namespace>_<pod>_<uid>`. No link is followed and no file is opened.
 */
export const kubernetesLogs: MetadataSource = {
  name: 'kubernetes-logs',
  isRequired: false,
  async find(host, containers): Promise<MetadataResult> {
    const [links, pods] = await Promise.all([CONTAINERS, PODS].map((path) => optionalAsync(host.rootfs.list(path))));
    if (links === undefined && pods === undefined) {
      throw new AbsentError(`Cannot find ${host.rootfs.path(PODS)}: not a Kubernetes node`);
    }
    const byId = new Map((links ?? []).flatMap(parseLogName));
    const byUid = new Map((pods ?? []).flatMap(parsePodName));
    return lookUpEach(containers, ({ id, podUid = '' }) => byId.get(id) ?? byUid.get(podUid));
  },
};

/** Parses the name of a link. Names in Kubernetes contain no underscore. */
function parseLogName(name: string): readonly (readonly [id: string, metadata: ContainerMetadata])[] {
  const [, pod, namespace, container, id] = /^([^_]+)_([^_]+)_([^_]+)-([0-9a-f]{64})\.log$/s.exec(name) ?? [];
  return id === undefined ? [] : [[id, { namespace, pod, container }]];
}

function parsePodName(name: string): readonly (readonly [uid: string, metadata: ContainerMetadata])[] {
  const [, namespace, pod, uid] = /^([^_]+)_([^_]+)_([^_]+)$/s.exec(name) ?? [];
  return uid === undefined ? [] : [[uid, { namespace, pod }]];
}
