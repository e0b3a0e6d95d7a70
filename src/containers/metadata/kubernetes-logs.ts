import { AbsentError, ifPresentAsync } from '../../host/host.ts';
import type { Names } from './metadata.ts';
import { type Found, foundBy, type NameSource } from './metadata-source.ts';

const PODS = 'var/log/pods';
const CONTAINERS = 'var/log/containers';

/**
 * The names of the log files that kubelet makes on every node, which everyone may list: `/var/log/containers` has a link
 * for each container, `<pod>_<namespace>_<container>-<id>.log`, and `/var/log/pods` a folder for each pod,
 * `<namespace>_<pod>_<uid>`. No link is followed and no file opened.
 */
export const kubernetesLogs: NameSource = {
  name: 'kubernetes-logs',
  isRequired: false,
  async find(host, containers): Promise<Found> {
    const [links, folders] = await Promise.all(
      [CONTAINERS, PODS].map((path) => ifPresentAsync(host.rootfs.list(path))),
    );
    if (links === undefined && folders === undefined) {
      throw new AbsentError(`Cannot find ${host.rootfs.path(PODS)}: this is no node of Kubernetes`);
    }
    const byId = new Map((links ?? []).flatMap(parseLogName));
    const byUid = new Map((folders ?? []).flatMap(parsePodName));
    return foundBy(containers, ({ id, podUid = '' }) => byId.get(id) ?? byUid.get(podUid));
  },
};

/** Names of Kubernetes hold no underscore. */
function parseLogName(name: string): readonly (readonly [id: string, names: Names])[] {
  const [, pod, namespace, container, id] = /^([^_]+)_([^_]+)_([^_]+)-([0-9a-f]{64})\.log$/s.exec(name) ?? [];
  return id === undefined ? [] : [[id, { namespace, pod, container }]];
}

function parsePodName(name: string): readonly (readonly [uid: string, names: Names])[] {
  const [, namespace, pod, uid] = /^([^_]+)_([^_]+)_([^_]+)$/s.exec(name) ?? [];
  return uid === undefined ? [] : [[uid, { namespace, pod }]];
}
