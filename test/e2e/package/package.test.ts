import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import { getText, type Program } from '../support/program.ts';
import { describeUnless } from '../support/requirements.ts';
import { createTempDirectory, type TempDirectory } from '../support/temp-directory.ts';
import { findNode, NODES, type NodeKind } from './nodes.ts';

// The tests install the tarball of `npm pack` into an empty directory, without the optional dependencies.

const ROOT = join(import.meta.dirname, '../../..');

const FILES = {
  'package.json': '{"name":"user","private":true,"type":"module"}',
  'queue.ts': `
import { type Collector, gauge } from 'otel-node-exporter';

const depth = gauge('queue_depth', 'Waiting jobs.', ['queue']);

export const queue: Collector = {
  name: 'queue',
  families: [depth],
  collect(_host, emit) {
    emit(depth, 3, { queue: 'mail' });
  },
};
`,
  'exporter.ts': `
import { counter, createExporter, gauge, histogram, summary, text } from 'otel-node-exporter';
import { queue } from './queue.ts';

const requests = counter('shop_requests_total', 'Requests.', ['protocol']);
const sizes = histogram('shop_bytes', 'Sizes.', [], { buckets: [1] });
const times = summary('shop_seconds', 'Times.', [], { quantiles: [0.5] });
const open = gauge('shop_open', '1 if the shop is open.');
requests.inc({ protocol: 'http' });
sizes.observe(1);
times.observe(4);

await createExporter({
  name: 'shop_exporter',
  namespace: 'shop',
  port: 9999,
  flags: { 'shop.url': text('URL of the shop.', 'URL') },
  metrics: [requests, sizes, times],
  collectors: (flags) => [
    queue,
    { name: 'shop', families: [open], collect: (_host, emit) => emit(open, flags['shop.url'] === 'here' ? 1 : 0) },
  ],
});
`,
  'mistakes.ts': `
import { counter } from 'otel-node-exporter';
const requests = counter('requests_total', 'Requests.', ['protocol']);
requests.inc({ protcol: 'http' });
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      ...{ target: 'es2024', module: 'nodenext', noEmit: true, strict: true, skipLibCheck: false, types: ['node'] },
      ...{ erasableSyntaxOnly: true, verbatimModuleSyntax: true, allowImportingTsExtensions: true },
      ...{
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
    },
    files: ['exporter.ts'],
  }),
};

const shared: { directory?: TempDirectory } = {};
before(async () => {
  const directory = await createTempDirectory(FILES);
  shared.directory = directory;
  const options = { cwd: directory.path, encoding: 'utf8', stdio: 'pipe' } as const;
  execFileSync('npm', ['pack', ROOT, '--silent'], options);
  const [tarball = ''] = readdirSync(directory.path).filter((name) => name.endsWith('.tgz'));
  execFileSync('npm', ['install', '--offline', '--omit=optional', '--silent', `./${tarball}`], options);
});
after(() => shared.directory?.[Symbol.asyncDispose]());

function directory(): TempDirectory {
  assert.ok(shared.directory);
  return shared.directory;
}

test('the package contains the bundle, its licenses and its declarations, and has no dependencies', () => {
  const installed = join(directory().path, 'node_modules/otel-node-exporter');
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  const declarations = files.filter((file) => file.startsWith('dist/types/'));
  assert.ok(declarations.every((file) => file.endsWith('.d.ts')));
  assert.deepEqual(files.filter((file) => !declarations.includes(file)).sort(), [
    'LICENSE',
    'README.md',
    'dist/LICENSES.txt',
    'dist/main.js',
    'package.json',
  ]);
  assert.equal('dependencies' in manifest, false);
  assert.deepEqual(
    readdirSync(join(directory().path, 'node_modules')).filter((name) => !name.startsWith('.')),
    ['otel-node-exporter'],
  );
});

test('LICENSES.txt of the package contains the license of every bundled package', () => {
  const text = readFileSync(join(ROOT, 'dist/LICENSES.txt'), 'utf8');
  const parts = text.split(`\n${'-'.repeat(80)}\n`).slice(1);
  const names = parts.map((part) => /^\n(\S+) \S+ \([\w.-]+\)\n\n/.exec(part)?.[1]);
  for (const name of ['express', 'pino', 'yaml', '@opentelemetry/sdk-metrics', '@datadog/sketches-js', 'qs']) {
    assert.ok(names.includes(name), name);
  }
  for (const part of parts) assert.match(part, /licen[cs]e|permission/i);
  assert.ok(!names.includes(undefined));
});

test('the declarations of the package compile, and report a misspelled label', () => {
  const tsc = (...flags: string[]) => {
    try {
      execFileSync(join(ROOT, 'node_modules/.bin/tsc'), flags, {
        cwd: directory().path,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      return '';
    } catch (error) {
      // If the compiler finds errors, it exits with 2 and prints them on standard output.
      return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    }
  };
  assert.equal(tsc(), '');
  const project = JSON.parse(FILES['tsconfig.json']);
  writeFileSync(join(directory().path, 'mistakes.json'), JSON.stringify({ ...project, files: ['mistakes.ts'] }));
  assert.match(tsc('--project', 'mistakes.json'), /^mistakes\.ts\(4,16\): error TS2561: .* 'protcol' does not exist /);
});

for (const command of [['npx'], ['npm', 'exec', '--']]) {
  test(`the exporter ends when ${command.join(' ')} gets SIGTERM`, { timeout: 60_000 }, async () => {
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    const npm = [`PATH=${path}`, 'npm_config_offline=true', ...command, 'otel-node-exporter'];
    await using program = await directory().start(...npm, '--collector.disable-defaults', '--collector.loadavg');
    assert.match(await getText(`${program.url}/metrics`), /^node_load1 /m);
    program.child.kill('SIGTERM');
    // npm may exit before the exporter. The streams of the process stay open until the exporter has ended.
    await program.ended;
    assert.match(program.output(), /msg=Stopping signal=SIGTERM$/m);
    await assert.rejects(getText(`${program.url}/metrics`), { message: 'fetch failed' });
  });
}

for (const kind of Object.keys(NODES) as NodeKind[]) {
  const node = findNode(kind);
  const skip = node === undefined && `Node.js ${NODES[kind]} is not installed: npm run nodes`;
  describeUnless(skip, `the package on the ${kind} supported Node.js (${NODES[kind]})`, () => {
    const start = (...command: readonly string[]): Promise<Program> => directory().start(node ?? '', ...command);
    const command = 'node_modules/.bin/otel-node-exporter';
    const withoutDefaults = '--collector.disable-defaults';

    test('installs the command otel-node-exporter', async () => {
      const { code, output } = await directory().runToEnd(node ?? '', command, '--version');
      assert.equal(code, 0);
      assert.match(output, new RegExp(`^otel-node-exporter, version ${manifest.version} `));
      await using program = await start(command, withoutDefaults, '--collector.loadavg');
      const page = await getText(`${program.url}/metrics`);
      assert.match(page, /^node_load1 /m);
      assert.match(page, new RegExp(`^nodejs_version_info\\{version="v${NODES[kind]}"`, 'm'));
      program.child.kill('SIGTERM');
      assert.deepEqual(await program.ended, { code: 0, signal: null });
    });

    test('loads a TypeScript module', async () => {
      await using program = await start(command, withoutDefaults, '--collector.module=./queue.ts');
      assert.match(await getText(`${program.url}/metrics`), /^queue_depth\{queue="mail"\} 3$/m);
    });

    test('exports the library for custom exporters', async () => {
      await using program = await start('exporter.ts', '--shop.url=here');
      const page = await getText(`${program.url}/metrics`);
      const lines = page.split('\n').filter((line) => /^(queue|shop_(requests|bytes|seconds|open|up))/.test(line));
      assert.deepEqual(lines, [
        'queue_depth{queue="mail"} 3',
        'shop_open 1',
        'shop_requests_total{protocol="http"} 1',
        'shop_bytes_bucket{le="1"} 1',
        'shop_bytes_bucket{le="+Inf"} 1',
        'shop_bytes_sum 1',
        'shop_bytes_count 1',
        'shop_seconds{quantile="0.5"} 3.9948220765110567',
        'shop_seconds_sum 4',
        'shop_seconds_count 1',
        'shop_up 1',
      ]);
    });
  });
}
