/** Builds the programs of the end-to-end tests, each once, where Go is: `npm run tools`, or `npm run tools kustomize`. */
import { findProgram } from '../support/requirements.ts';
import { buildGoTool, findGoTool, GO_TOOLS, type GoToolName } from './go-tools.ts';

const names = Object.keys(GO_TOOLS) as GoToolName[];
const asked = process.argv.slice(2);

for (const name of names) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { version } = GO_TOOLS[name];
  if (findGoTool(name) === undefined && findProgram('go') === undefined) {
    console.log(`No ${name} ${version}: there is no Go to build it with`);
  } else {
    console.log(`${name} ${version}: ${buildGoTool(name)}`);
  }
}
