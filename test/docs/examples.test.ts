import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ROOT, readPages } from './markdown.ts';

test('every TypeScript example of the documentation compiles', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'examples-'));
  t.after(() => rmSync(directory, { recursive: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const files = readPages().flatMap(({ path, examples }) => {
    const page = basename(path, '.md');
    mkdirSync(join(directory, page), { recursive: true });
    return [...examples].map(([name, code]) => {
      writeFileSync(join(directory, page, name), code);
      return `${page}/${name}`;
    });
  });
  assert.ok(files.length >= 5);
  const compilerOptions = { paths: { 'otel-node-exporter': [join(ROOT, 'src/index.ts')] } };
  const project = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(project));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module' }));
  const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', '.'], {
    cwd: directory,
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
});
