/**
 * `npm run tools` builds the missing Go programs of the end-to-end tests. `npm run tools kustomize` builds only kustomize,
 * and exits with 1 if the build fails.
 */
import { findKustomize } from '../manifests/render.ts';
import { findProgram } from '../support/requirements.ts';
import { buildGoTool, findGoTool, GO_TOOLS, type GoToolName } from './go-tools.ts';

const names = Object.keys(GO_TOOLS) as GoToolName[];
const requested = process.argv.slice(2);

for (const name of names) {
  if (requested.length === 0 || requested.includes(name)) console.log(provide(name));
}

/** Builds a program unless it exists. Returns a line with its path, or with the reason why it cannot be built. */
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
