import type { AppInfo } from '../config/app-info.ts';

/** Go's names of architectures, by the name in Node.js. All other architectures have the same name in Go and Node.js. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** Width of the names in the text of `--version`, as in other exporters. */
const NAME_WIDTH = 18;

/**
 * Returns the text of `--version` in the format of Prometheus. The branch is always empty, because a build contains its
 * commit but not its branch.
 *
 * https://pkg.go.dev/github.com/prometheus/common/version#Print
 */
export function versionText({ name, version, revision }: Pick<AppInfo, 'name' | 'version' | 'revision'>): string {
  const architecture = GO_ARCHITECTURES[process.arch] ?? process.arch;
  return [
    `${name}, version ${version} (branch: , revision: ${revision})`,
    `  ${'platform:'.padEnd(NAME_WIDTH)}${process.platform}/${architecture}`,
    `  ${'node:'.padEnd(NAME_WIDTH)}${process.version}`,
    '',
  ].join('\n');
}
