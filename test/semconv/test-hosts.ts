import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { openHost } from '../support/host-tree.ts';

export const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Returns the names of the recorded hosts: the directories of `test/fixtures`. */
export function recordedHostNames(): string[] {
  const entries = readdirSync(FIXTURES, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export function recordedHost(name: string): Host {
  return openHost(join(FIXTURES, name));
}

/** Writes the files of a host to a temporary directory. The directory is removed at the end of the test. */
export async function generateHost(
  write: (root: string) => Promise<void>,
): Promise<AsyncDisposable & { readonly root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'));
  await write(root);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}
