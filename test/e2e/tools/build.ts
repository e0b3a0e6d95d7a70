/**
 * Builds the programs of the end-to-end tests, each once, where Go is: `npm run tools`. One that is asked for by its name,
 * `npm run tools kustomize`, has to be there in the end.
 */
import { findKustomize } from '../manifests/render.ts';
import { findProgram } from '../support/requirements.ts';
import { buildGoTool, findGoTool, GO_TOOLS, type GoToolName } from './go-tools.ts';

const names = Object.keys(GO_TOOLS) as GoToolName[];
const asked = process.argv.slice(2);

for (const name of names) {
  if (asked.length === 0 || asked.includes(name)) console.log(describe(name));
}

function describe(name: GoToolName): string {
  const found = name === 'kustomize' ? findKustomize()?.name : undefined;
  if (found !== undefined) return `kustomize 5: ${found}`;
  const { version } = GO_TOOLS[name];
  if (findGoTool(name) === undefined && findProgram('go') === undefined) {
    if (asked.includes(name)) process.exitCode = 1;
    return `No ${name} ${version}: there is no Go to build it with`;
  }
  return `${name} ${version}: ${buildGoTool(name)}`;
}
