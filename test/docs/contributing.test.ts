import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, readPage } from './markdown.ts';

/**
 * Returns the files in CONTRIBUTING.md. Before the code of a file, the text contains its path in backticks and a colon.
 */
function filesOf(text: string): ReadonlyMap<string, string> {
  const files = text.matchAll(/^`([\w./-]+\.ts)`:\n\n```ts\n(.*?)^```$/gms);
  return new Map([...files].map(([, path = '', code = '']) => [path, code]));
}

/** Copies the files of the checkout that the example needs. Returns the directory of the copy. */
function createCopy(t: TestContext): string {
  const copy = mkdtempSync(join(tmpdir(), 'contributing-'));
  t.after(() => rmSync(copy, { recursive: true }));
  for (const path of ['src', 'test/support', 'package.json', 'tsconfig.json', 'biome.json']) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

test('the collector in CONTRIBUTING.md compiles, is formatted, and passes its tests', (t) => {
  const files = filesOf(readPage('CONTRIBUTING.md').text);
  assert.equal(files.size, 4);
  const copy = createCopy(t);
  for (const [path, code] of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, [...args], { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
  const project = { extends: './tsconfig.json', include: [], files: [...files.keys()] };
  writeFileSync(join(copy, 'tsconfig.example.json'), JSON.stringify(project));
  const bin = join(ROOT, 'node_modules/.bin');
  run(join(bin, 'tsc'), '--project', 'tsconfig.example.json');
  run(join(bin, 'biome'), 'check', '--error-on-warnings', ...files.keys());
  const tests = [...files.keys()].filter((path) => path.endsWith('.test.ts'));
  // Remove NODE_TEST_CONTEXT, which Node.js sets in test processes: with it, the tests of the example would not report
  // their results.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  execFileSync(process.execPath, ['--test', ...tests], { cwd: copy, env, stdio: 'pipe' });
});
