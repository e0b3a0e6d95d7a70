import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';

/** A program of the end-to-end tests that no package of Debian brings, or only an old one: built where Go is. */
interface GoTool {
  readonly version: string;
  /** What is fetched in this version. */
  readonly module: string;
  /** The program: a package of the module, or our own in a folder beside this file. */
  readonly package: string;
  readonly tags?: string;
}

const PROMETHEUS = {
  module: 'github.com/prometheus/prometheus',
  version: 'v0.315.0',
  // Of all the places where it could find targets, Kubernetes alone: a fifth of the time to build.
  tags: 'remove_all_sd,enable_kubernetes_sd',
};

const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5';

export const GO_TOOLS = {
  kustomize: { module: KUSTOMIZE, version: 'v5.8.1', package: KUSTOMIZE },
  promtool: { ...PROMETHEUS, package: 'github.com/prometheus/prometheus/cmd/promtool' },
  prometheus: { ...PROMETHEUS, package: 'github.com/prometheus/prometheus/cmd/prometheus' },
  // The last whose metrics and whose Docker are in one module: the later ones need a replacement.
  cadvisor: { module: 'github.com/google/cadvisor', version: 'v0.57.0', package: './cadvisor' },
  'pod-security': { module: 'k8s.io/pod-security-admission', version: 'v0.37.2', package: './pod-security' },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof GO_TOOLS;

/** Where it is once it is built. */
export function goToolPath(name: GoToolName): string {
  return join(cacheDirectory(), `${name}-${GO_TOOLS[name].version}`);
}

/** Its path, when somebody built it. */
export function findGoTool(name: GoToolName): string | undefined {
  const path = goToolPath(name);
  return existsSync(path) ? path : undefined;
}

/** Builds it once; the next time it is there. */
export function buildGoTool(name: GoToolName): string {
  const path = goToolPath(name);
  if (existsSync(path)) return path;
  const { module, version, package: main, tags = '' }: GoTool = GO_TOOLS[name];
  const workshop = mkdtempSync(join(cacheDirectory(), 'build-'));
  try {
    // In a module of its own: `go install` refuses a module that replaces others.
    writeFileSync(join(workshop, 'go.mod'), 'module tools\n');
    if (main.startsWith('./')) cpSync(join(import.meta.dirname, main), join(workshop, main), { recursive: true });
    go(workshop, 'get', `${main.startsWith('./') ? module : main}@${version}`);
    go(workshop, 'build', '-trimpath', '-ldflags=-s -w', `-tags=${tags}`, '-o', 'tool', main);
    // Whoever finds the file finds all of it.
    renameSync(join(workshop, 'tool'), path);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-2000) : '';
    throw new Error(`Cannot build ${name} of ${module} ${version}\n${output}`, { cause: error });
  } finally {
    rmSync(workshop, { recursive: true });
  }
  return path;
}

function go(directory: string, ...args: readonly string[]): void {
  execFileSync('go', args, {
    cwd: directory,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
