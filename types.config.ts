/**
 * Builds dist/types: the declarations of src/index.ts and of the files that they import. The compiler writes a declaration
 * file for every file that it reads; those that no declaration imports are deleted.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DIRECTORY = 'dist/types';
const ENTRY = join(DIRECTORY, 'index.d.ts');

rmSync(DIRECTORY, { recursive: true, force: true });
execFileSync('tsc', ['--project', 'tsconfig.types.json'], { stdio: 'inherit' });
const imported = importedFrom(ENTRY);
for (const file of globSync(`${DIRECTORY}/**/*.d.ts`)) if (!imported.has(file)) rmSync(file);

/** Returns a declaration file and all that it imports, directly or not. */
function importedFrom(file: string, imported = new Set<string>()): ReadonlySet<string> {
  if (imported.has(file)) return imported;
  imported.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.ts'/g)) {
    importedFrom(join(dirname(file), `${path}.d.ts`), imported);
  }
  return imported;
}
