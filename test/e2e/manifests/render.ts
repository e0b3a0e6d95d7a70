import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { execute } from '../support/execute.ts';
import { findProgram } from '../support/requirements.ts';
import { findGoTool } from '../tools/go-tools.ts';

export const MANIFESTS = join(import.meta.dirname, '../../../kustomize');
/** Directory of the manifests for the example of a custom exporter. */
export const EXAMPLE = join(MANIFESTS, '../examples/redis/kustomize');
export const OVERLAYS = ['standalone', 'otel', 'operator', 'restricted'] as const;

/** An object of the Kubernetes API. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [key: string]: unknown;
}

export interface Kustomize {
  readonly command: readonly string[];
  /** Path and version of the program, for the output of the tests. */
  readonly name: string;
}

/**
 * Minor version of the oldest kubectl that contains kustomize 5. Debian 12 has kubectl 1.20, which does not support
 * components.
 */
const OLDEST_KUBECTL_MINOR = 27;

/**
 * Returns the first kustomize 5 that exists: a program on the search path, a kubectl, or the program built for these
 * tests.
 */
export function findKustomize(): Kustomize | undefined {
  const installed = findProgram('kustomize');
  if (installed !== undefined) {
    const version = execute([installed, 'version']);
    if (/^v?5\./.test(version)) return { command: [installed, 'build'], name: `${installed} ${version}` };
  }
  const kubectl = findKubectl();
  if (kubectl !== undefined)
    return { command: [kubectl.path, 'kustomize'], name: `${kubectl.path} ${kubectl.version}` };
  const built = findGoTool('kustomize');
  return built === undefined ? undefined : { command: [built, 'build'], name: built };
}

/** Returns a kubectl on the search path that contains kustomize 5. */
export function findKubectl(): { readonly path: string; readonly version: string } | undefined {
  const path = findProgram('kubectl');
  if (path === undefined) return undefined;
  const { clientVersion } = JSON.parse(execute([path, 'version', '--client', '--output=json']));
  const { gitVersion, minor } = clientVersion as { gitVersion: string; minor: string };
  return Number.parseInt(minor, 10) >= OLDEST_KUBECTL_MINOR ? { path, version: gitVersion } : undefined;
}

/** Returns the reason why manifests cannot be rendered here, or `false`. */
export function missingKustomize(): string | false {
  return findKustomize() === undefined
    ? 'kustomize 5 is not installed: npm run tools kustomize builds it (needs Go)'
    : false;
}

/** Renders the kustomization in a directory. */
export function render(directory: string): readonly Manifest[] {
  const [command = '', ...args] = findKustomize()?.command ?? [];
  const text = execFileSync(command, [...args, directory], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

export function renderOverlay(name: (typeof OVERLAYS)[number]): readonly Manifest[] {
  return render(join(MANIFESTS, 'overlays', name));
}

/**
 * Returns the object with a kind and name.
 *
 * @throws {Error} if the number of such objects is not 1
 */
export function find(objects: readonly Manifest[], kind: string, name: string): Manifest {
  // The name of a generated ConfigMap ends in a hash of its content.
  const matches = objects.filter(
    (object) => object.kind === kind && object.metadata.name.replace(/-[a-z0-9]{10}$/, '') === name,
  );
  const [object] = matches;
  if (object === undefined || matches.length > 1) {
    throw new Error(`Expected one object ${kind} ${name}, got ${matches.length}`);
  }
  return object;
}
