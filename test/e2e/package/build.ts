/** `npm run nodes` installs the versions of Node.js on which the package is tested. */
import { findNode, installNode, NODES, type NodeKind } from './nodes.ts';

for (const kind of Object.keys(NODES) as NodeKind[]) {
  console.log(`Node.js ${NODES[kind]}: ${findNode(kind) ?? installNode(kind)}`);
}
