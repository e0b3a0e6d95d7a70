import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../support/cache-directory.ts';

/** The oldest Node.js that `engines` allows, and the newest there was when this was written. */
export const NODES = { oldest: '26.10.0', newest: '26.10.0' } as const;

export type WhichNode = keyof typeof NODES;

/** The program of that version, once it has been installed. */
export function findNode(which: WhichNode): string | undefined {
  const program = join(folderOf(which), 'node_modules', packageName(), 'bin/node');
  return existsSync(program) ? program : undefined;
}

/** Installs a version from npm's registry, which has Node.js as packages of 100 MB. */
export function installNode(which: WhichNode): string {
  const folder = folderOf(which);
  mkdirSync(folder, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--silent', '--prefix', folder];
  execFileSync('npm', ['install', ...flags, `${packageName()}@${NODES[which]}`], { stdio: 'inherit' });
  return findNode(which) ?? `no ${packageName()} ${NODES[which]}`;
}

function folderOf(which: WhichNode): string {
  return join(cacheDirectory(), `node-${NODES[which]}`);
}

function packageName(): string {
  return `node-linux-${arch()}`;
}
