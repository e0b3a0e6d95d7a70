import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectors } from '../src/collectors/index.ts';
import { allFamilies } from './support/all-families.ts';
import * as rules from './support/source-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const WORD_LIST_FILES = ['test/architecture.test.ts', 'test/support/source-rules.ts'];

/** The texts of the checkout that match a pattern, by path. */
function read(...patterns: readonly string[]): rules.Sources {
  const paths = globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**', 'dist/**', ...WORD_LIST_FILES] });
  return new Map(paths.sort().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

const src = read('src/**/*.ts');

interface Rule {
  /** A sentence about the project. */
  readonly name: string;
  readonly violations: readonly string[];
  /** Violations that the rule reports for a small tree that breaks the rule. */
  readonly proof: readonly string[];
  readonly expected: readonly string[];
}

const tree = (files: Readonly<Record<string, string>>): rules.Sources => new Map(Object.entries(files));

const RULES: readonly Rule[] = [
  {
    name: 'no file lies in src/ but main.ts and index.ts',
    violations: rules.misplacedFiles(src),
    proof: rules.misplacedFiles(
      tree({ 'src/main.ts': '', 'src/loose.ts': '', 'src/misc/a.ts': '', 'src/host/a.ts': '' }),
    ),
    expected: ['src/loose.ts', 'src/misc/a.ts'],
  },
  {
    name: 'a directory imports only directories below it, types included',
    violations: rules.upwardImports(src),
    proof: rules.upwardImports(
      tree({
        'src/host/a.ts': "import type { B } from '../cli/b.ts';\nimport { c } from '../util/c.ts';",
        'src/cli/b.ts': "const { a } = await import('../host/a.ts');",
        'src/util/c.ts': "// import { a } from '../host/a.ts';",
      }),
    ),
    expected: ['src/host/a.ts imports src/cli/b.ts'],
  },
  {
    name: 'no files import each other in a circle',
    violations: rules.importCircles(src),
    proof: rules.importCircles(
      tree({
        'src/host/a.ts': "import type { B } from './b.ts';",
        'src/host/b.ts': "import { C } from './c.ts';",
        'src/host/c.ts': "export { A } from './a.ts';",
        'src/host/d.ts': "import { A } from './a.ts';",
      }),
    ),
    expected: ['src/host/a.ts -> src/host/b.ts -> src/host/c.ts -> src/host/a.ts'],
  },
  {
    name: 'a collector imports no other collector',
    violations: rules.importsBetweenCollectors(src),
    proof: rules.importsBetweenCollectors(
      tree({
        'src/collectors/index.ts': "import { cpu } from './cpu/cpu.ts';",
        'src/collectors/cpu/cpu.ts': "import { s } from './semconv.ts';\nimport { f } from '../support/filter.ts';",
        'src/collectors/cpu/semconv.ts': '',
        'src/collectors/support/filter.ts': '',
        'src/collectors/stat.ts': "import { s } from './cpu/semconv.ts';",
      }),
    ),
    expected: ['src/collectors/stat.ts imports src/collectors/cpu/semconv.ts'],
  },
  {
    name: 'parse/ and metrics/ hold no state, and no module has a variable',
    violations: rules.moduleState(src),
    proof: rules.moduleState(
      tree({
        'src/parse/a.ts': "const seen = new Map<string, number>();\nconst WORDS = new Set(['a']);\n  let inside = 0;",
        'src/metrics/b.ts': 'const lengths: number[] = [];',
        'src/host/c.ts': 'export let count = 0;\nconst cache = new Map<string, number>();',
      }),
    ),
    expected: [
      'src/parse/a.ts: const seen = new Map<string, number>();',
      'src/metrics/b.ts: const lengths: number[] = [];',
      'src/host/c.ts: export let count = 0;',
    ],
  },
  {
    name: 'only named files import OpenTelemetry and node:fs, and none starts a program',
    violations: rules.forbiddenImports(src),
    proof: rules.forbiddenImports(
      tree({
        'src/export/a.ts': "import { diag } from '@opentelemetry/api';",
        'src/host/b.ts': "import { readSync } from 'node:fs';\nimport { exec } from 'node:child_process';",
        'src/http/c.ts': "import { diag } from '@opentelemetry/api';\nconst fs = await import('node:fs/promises');",
      }),
    ),
    expected: [
      'src/host/b.ts imports node:child_process',
      'src/http/c.ts imports @opentelemetry/api',
      'src/http/c.ts imports node:fs/promises',
    ],
  },
  {
    name: 'only named files read the command line and the environment',
    violations: rules.processReaders(src),
    proof: rules.processReaders(tree({ 'src/main.ts': 'process.argv', 'src/host/a.ts': 'if (process.env.A) b();' })),
    expected: ['src/host/a.ts'],
  },
  {
    name: 'the name of a type is unique in src/',
    violations: rules.repeatedTypeNames(src),
    proof: rules.repeatedTypeNames(
      tree({ 'src/host/a.ts': 'export interface Call {}', 'src/util/b.ts': 'type Call = 1;\ntype Other = 2;' }),
    ),
    expected: ['Call: src/host/a.ts, src/util/b.ts'],
  },
  {
    name: 'a HELP text names its subject and its unit',
    violations: rules.vagueHelp(allFamilies(collectors)),
    proof: rules.vagueHelp([
      { name: 'node_md_degraded', help: 'How many of them are missing.' },
      { name: 'node_a_bytes', help: 'Size of the thing.' },
      { name: 'node_b', help: 'Paths of the multipath device' },
      { name: 'node_c_seconds_total', help: 'Time that the disk spent on reads, in seconds.' },
    ]),
    expected: [
      'node_md_degraded has no subject: How many of them are missing.',
      'node_a_bytes names no unit: Size of the thing.',
      'node_b has no full stop: Paths of the multipath device',
    ],
  },
  {
    name: 'no text uses the words of a private dialect',
    // The two files that contain the word list itself are left out.
    violations: rules.dialect(
      read(
        '{src,test,examples,grafana,docs}/**/*.{ts,md}',
        '{otel,kustomize}/**/*.yaml',
        '*.{ts,md,yaml}',
        'Dockerfile',
        '.ci/run',
      ),
    ),
    proof: rules.dialect(tree({ 'docs/a.md': 'A file.\nWhat the kernel said is kept.\nA whole machine.' })),
    expected: [
      'docs/a.md:2: "said" -> reported, returned or contained',
      'docs/a.md:2: "kept" -> cached, open or retained',
    ],
  },
];

for (const { name, violations, proof, expected } of RULES) {
  test(`the source tree: ${name}`, () => assert.deepEqual(violations, []));
  test(`the source tree: a violation is reported of the rule that ${name}`, () => assert.deepEqual(proof, expected));
}
