/**
 * Makes dist/types: the declarations of the library, and of what they speak of, from src/index.ts. The compiler writes
 * those of every file that it reads; what no declaration leads to is taken away again.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDER = 'dist/types';
const ENTRY = join(FOLDER, 'index.d.ts');

rmSync(FOLDER, { recursive: true, force: true });
execFileSync('tsc', ['--project', 'tsconfig.types.json'], { stdio: 'inherit' });
const reached = reachedFrom(ENTRY);
for (const file of globSync(`${FOLDER}/**/*.d.ts`)) if (!reached.has(file)) rmSync(file);

/** A declaration file, and those that it and they import. */
function reachedFrom(file: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.ts'/g)) {
    reachedFrom(join(dirname(file), `${path}.d.ts`), reached);
  }
  return reached;
}
