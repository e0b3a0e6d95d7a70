import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';
import { missingDocker } from '../support/docker/engine.ts';
import { missing } from '../support/requirements.ts';

/** As Debian 12 has its source. */
export const VERSION = '1.20.2';
const PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubelet'] as const;

/** Kubernetes is built once and kept outside the checkout. */
export function binariesDirectory(): string {
  return join(cacheDirectory(), `kubernetes-${VERSION}`);
}

/** The programs that nobody has built here yet. */
export function missingPrograms(): readonly string[] {
  return PROGRAMS.filter((program) => !existsSync(join(binariesDirectory(), program)));
}

/** Why a test that needs a node cannot run here, or `false`; Kubernetes is there where somebody built it. */
export function missingKubernetes(): string | false {
  const programs = missingPrograms();
  if (programs.length > 0) return `no ${programs.join(', ')} ${VERSION}: npm run kubernetes builds it`;
  return missingDocker() || missing('etcd', 'kubectl', 'busybox');
}
