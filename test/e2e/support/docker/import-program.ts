import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, execute } from './engine.ts';

/** Makes an image that holds one static program, under the name of the one that cannot be fetched here. */
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
