import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { execute } from '../support/docker/engine.ts';
import { findProgram } from '../support/requirements.ts';
import { findGoTool } from '../tools/go-tools.ts';

export const MANIFESTS = join(import.meta.dirname, '../../../kustomize');
/** The manifests of the example of an exporter of one's own. */
export const EXAMPLE = join(MANIFESTS, '../examples/redis/kustomize');
export const OVERLAYS = ['standalone', 'otel', 'operator', 'restricted'] as const;

/** An object of the Kubernetes API, as it would be applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [key: string]: unknown;
}

export interface Kustomize {
  readonly command: readonly string[];
  /** Which it is, for the reader of the test. */
  readonly name: string;
}

/** The oldest kubectl that has kustomize 5; Debian 12 has 1.20, which knows no components. */
const OLDEST_KUBECTL_MINOR = 27;

/** kustomize 5: as itself on the path, within kubectl, or as built for these tests. */
export function findKustomize(): Kustomize | undefined {
  const own = findProgram('kustomize');
  if (own !== undefined) {
    const version = execute([own, 'version']);
    if (/^v?5\./.test(version)) return { command: [own, 'build'], name: `${own} ${version}` };
  }
  const kubectl = findKubectl();
  if (kubectl !== undefined)
    return { command: [kubectl.path, 'kustomize'], name: `${kubectl.path} ${kubectl.version}` };
  const built = findGoTool('kustomize');
  return built === undefined ? undefined : { command: [built, 'build'], name: built };
}

/** A kubectl that has kustomize 5. */
export function findKubectl(): { readonly path: string; readonly version: string } | undefined {
  const path = findProgram('kubectl');
  if (path === undefined) return undefined;
  const { clientVersion } = JSON.parse(execute([path, 'version', '--client', '--output=json']));
  const { gitVersion, minor } = clientVersion as { gitVersion: string; minor: string };
  return Number.parseInt(minor, 10) >= OLDEST_KUBECTL_MINOR ? { path, version: gitVersion } : undefined;
}

/** Why a test that renders cannot run here, or `false`. */
export function missingKustomize(): string | false {
  return findKustomize() === undefined ? 'no kustomize 5: npm run tools kustomize builds it where Go is' : false;
}

/** The objects of a folder with a kustomization. */
export function render(folder: string): readonly Manifest[] {
  const [command = '', ...args] = findKustomize()?.command ?? [];
  const text = execFileSync(command, [...args, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

export function renderOverlay(name: (typeof OVERLAYS)[number]): readonly Manifest[] {
  return render(join(MANIFESTS, 'overlays', name));
}

/** The only object of a kind and name. */
export function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  // A ConfigMap that is generated ends in the hash of what is in it.
  const found = objects.filter(
    (object) => object.kind === kind && object.metadata.name.replace(/-[a-z0-9]{10}$/, '') === name,
  );
  const [object] = found;
  if (object === undefined || found.length > 1) throw new Error(`${found.length} objects ${kind} ${name}`);
  return object;
}
