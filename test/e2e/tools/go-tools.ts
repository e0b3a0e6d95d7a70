import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';

/** A Go program that the end-to-end tests build, because Debian does not provide a recent version. */
interface GoTool {
  readonly version: string;
  /** Go module that contains the program or that the program imports. `version` is the version of this module. */
  readonly module: string;
  /** Path of the program's package. It is in the module, or in a directory beside this file if it starts with `./`. */
  readonly package: string;
  readonly tags?: string;
  /** Module that the program's module requires without a version. It has the same version as the program's module. */
  readonly unversioned?: string;
}

const PROMETHEUS = {
  module: 'github.com/prometheus/prometheus',
  version: 'v0.315.0',
  // Build Prometheus with the service discovery of Kubernetes only. The build then takes a fifth of the time.
  tags: 'remove_all_sd,enable_kubernetes_sd',
};

const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5';

export const GO_TOOLS = {
  kustomize: { module: KUSTOMIZE, version: 'v5.8.1', package: KUSTOMIZE },
  promtool: { ...PROMETHEUS, package: 'github.com/prometheus/prometheus/cmd/promtool' },
  prometheus: { ...PROMETHEUS, package: 'github.com/prometheus/prometheus/cmd/prometheus' },
  cadvisor: {
    module: 'github.com/google/cadvisor',
    version: 'v0.60.6',
    package: './cadvisor',
    unversioned: 'github.com/google/cadvisor/lib',
  },
  'pod-security': { module: 'k8s.io/pod-security-admission', version: 'v0.37.2', package: './pod-security' },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof GO_TOOLS;

/** Returns the path of a program. The program need not be built. */
export function goToolPath(name: GoToolName): string {
  return join(cacheDirectory(), `${name}-${GO_TOOLS[name].version}`);
}

/** Returns the path of a program; `undefined` if it is not built. */
export function findGoTool(name: GoToolName): string | undefined {
  const path = goToolPath(name);
  return existsSync(path) ? path : undefined;
}

/** Builds a program unless it is built already. Returns its path. */
export function buildGoTool(name: GoToolName): string {
  const path = goToolPath(name);
  if (existsSync(path)) return path;
  const { module, version, package: main, tags = '', unversioned }: GoTool = GO_TOOLS[name];
  const workspace = mkdtempSync(join(cacheDirectory(), 'build-'));
  try {
    // Build in a new module, because `go install` rejects modules with replace directives.
    writeFileSync(join(workspace, 'go.mod'), 'module tools\n');
    if (main.startsWith('./')) cpSync(join(import.meta.dirname, main), join(workspace, main), { recursive: true });
    if (unversioned !== undefined) {
      go(workspace, 'mod', 'edit', `-replace=${unversioned}=${unversioned}@${version}`);
    }
    go(workspace, 'get', `${main.startsWith('./') ? module : main}@${version}`);
    go(workspace, 'build', '-trimpath', '-ldflags=-s -w', `-tags=${tags}`, '-o', 'tool', main);
    // Rename the file when it is complete, so that other processes never see a part of it.
    renameSync(join(workspace, 'tool'), path);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-2000) : '';
    throw new Error(`Cannot build ${name} of ${module} ${version}\n${output}`, { cause: error });
  } finally {
    rmSync(workspace, { recursive: true });
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
