import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';
import { missingDocker } from '../support/docker/engine.ts';
import { missing } from '../support/requirements.ts';

/** Version of Kubernetes in the source package of Debian 12. */
export const VERSION = '1.20.2';
const PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubelet'] as const;

/** Returns the directory outside the checkout that caches the programs. */
export function binariesDirectory(): string {
  return join(cacheDirectory(), `kubernetes-${VERSION}`);
}

/** Returns the programs that are not built yet. */
export function missingPrograms(): readonly string[] {
  return PROGRAMS.filter((program) => !existsSync(join(binariesDirectory(), program)));
}

/** Returns the reason why a Kubernetes node cannot run here, or `false`. */
export function missingKubernetes(): string | false {
  const programs = missingPrograms();
  if (programs.length > 0) return `not built: ${programs.join(', ')} ${VERSION} (npm run kubernetes)`;
  return missingDocker() || missing('etcd', 'kubectl', 'busybox');
}
