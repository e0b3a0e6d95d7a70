import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverFiles } from '../machines/server/server.ts';
import { BEFORE } from '../semconv/full-host.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
/** Maximum number of recorded files for one target. */
const MAX_FILES = 12;

/** Contents of the recorded and generated kernel files, by path. */
const FILES: ReadonlyMap<string, string> = new Map([
  ...readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')] as const),
  ...[...Object.entries(serverFiles(0)), ...Object.entries(BEFORE)].flatMap(([path, content]) =>
    typeof content === 'string' ? [[path, content] as const] : [],
  ),
]);

/** Returns the distinct contents of the files whose path matches. */
export function recorded(path: RegExp): readonly string[] {
  const texts = [...FILES].flatMap(([name, content]) => (path.test(name) && content !== '' ? [content] : []));
  return [...new Set(texts)].slice(0, MAX_FILES);
}
