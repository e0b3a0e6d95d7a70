/**
 * `npm run tools` builds the programs of the end-to-end tests with Go, each once. `npm run tools kustomize` builds only that program,
 * and exits with 1 if it cannot be built.
 */
import { findKustomize } from '../manifests/render.ts';
import { findProgram } from '../support/requirements.ts';
import { buildGoTool, findGoTool, GO_TOOLS, type GoToolName } from './go-tools.ts';

const names = Object.keys(GO_TOOLS) as GoToolName[];
const requested = process.argv.slice(2);

for (const name of names) {
  if (requested.length === 0 || requested.includes(name)) console.log(provide(name));
}

/** Finds or builds a program; returns a line with its path. */
function provide(name: GoToolName): string {
  const installed = name === 'kustomize' ? findKustomize()?.name : undefined;
  if (installed !== undefined) return `kustomize 5: ${installed}`;
  const { version } = GO_TOOLS[name];
  if (findGoTool(name) === undefined && findProgram('go') === undefined) {
    if (requested.includes(name)) process.exitCode = 1;
    return `Cannot build ${name} ${version}: Go is not installed`;
  }
  return `${name} ${version}: ${buildGoTool(name)}`;
}
