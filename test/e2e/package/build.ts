/** Installs the versions of Node.js that the package is tried on: `npm run nodes`. */
import { findNode, installNode, NODES, type WhichNode } from './nodes.ts';

for (const which of Object.keys(NODES) as WhichNode[]) {
  console.log(`Node.js ${NODES[which]}: ${findNode(which) ?? installNode(which)}`);
}
