/**
 * Builds dist/types: the declarations of src/index.ts and of all files that these declarations import. The compiler writes
 * declarations for every source file; the files that index.d.ts does not need are deleted.
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

/** Returns the paths of a declaration file and of all files that it imports, directly or indirectly. */
function importedFrom(file: string, imported = new Set<string>()): ReadonlySet<string> {
  if (imported.has(file)) return imported;
  imported.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.ts'/g)) {
    importedFrom(join(dirname(file), `${path}.d.ts`), imported);
  }
  return imported;
}
