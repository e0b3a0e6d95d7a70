import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute.ts';
import type { Engine } from './engine.ts';

/** Imports an image that contains one static program. It has the name of a public image, so that no registry is needed. */
export function importProgram({ docker }: Pick<Engine, 'docker'>, program: string, image: string): void {
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    mkdirSync(join(root, 'tmp'));
    cpSync(program, join(root, 'program'));
    execute(['tar', '--directory', root, '--create', '--file', `${root}.tar`, '.']);
    docker('import', '--change=ENTRYPOINT ["/program"]', `${root}.tar`, image);
  } finally {
    rmSync(root, { recursive: true });
    rmSync(`${root}.tar`, { force: true });
  }
}
