import { AbsentError, optionalAsync } from '../../host/host.ts';
import type { ContainerMetadata } from './metadata.ts';
import { lookUpEach, type MetadataResult, type MetadataSource } from './metadata-source.ts';

const PODS = 'var/log/pods';
const CONTAINERS = 'var/log/containers';

/**
 * A source that reads the names of the log files on a Kubernetes node, which every user may list. For each container,
 * `/var/log/containers` contains a link `<pod>_<namespace>_<container>-<id>.log`. For each pod, `/var/log/pods` contains a
 * directory `<namespace>_<pod>_<uid>`. Log files are never opened.
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

/** Parses the name of a link. Fields are separated by underscores, which names in Kubernetes do not contain. */
function parseLogName(name: string): readonly (readonly [id: string, metadata: ContainerMetadata])[] {
  const [, pod, namespace, container, id] = /^([^_]+)_([^_]+)_([^_]+)-([0-9a-f]{64})\.log$/s.exec(name) ?? [];
  return id === undefined ? [] : [[id, { namespace, pod, container }]];
}

function parsePodName(name: string): readonly (readonly [uid: string, metadata: ContainerMetadata])[] {
  const [, namespace, pod, uid] = /^([^_]+)_([^_]+)_([^_]+)$/s.exec(name) ?? [];
  return uid === undefined ? [] : [[uid, { namespace, pod }]];
}
