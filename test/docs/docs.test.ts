import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { allFlags, PAGES, pathOf, withCurrentTables } from '../../docs/generate.ts';
import { flagsOn } from './commands.ts';
import { parsePage, ROOT, readPages } from './markdown.ts';

const MAX_README_LINES = 200;

const pages = readPages();
const byPath = new Map(pages.map((page) => [page.path, page]));

for (const page of Object.keys(PAGES)) {
  test(`docs/${page} has the current tables (npm run docs writes them)`, () => {
    const text = readFileSync(pathOf(page), 'utf8');
    assert.ok(text === withCurrentTables(page, text), `docs/${page} is not what npm run docs writes`);
  });
}

test(`README.md has at most ${MAX_README_LINES} lines`, () => {
  const lines = byPath.get('README.md')?.text.split('\n').length ?? 0;
  assert.ok(lines > 0 && lines <= MAX_README_LINES + 1, `${lines} lines`);
});

/** Returns the target of a relative link: the path of a file in the checkout, and an anchor in the file. */
function resolve(from: string, link: string): { readonly path: string; readonly anchor: string } {
  const [path = '', anchor = ''] = link.split('#');
  return { path: path === '' ? from : normalize(join(dirname(from), path)), anchor };
}

function isBroken(from: string, link: string): boolean {
  const { path, anchor } = resolve(from, link);
  if (!existsSync(join(ROOT, path))) return true;
  return anchor !== '' && byPath.get(path)?.anchors.has(anchor) !== true;
}

test('every relative link leads to a file and to a heading', () => {
  const broken = pages.flatMap(({ path, links }) =>
    links.filter((link) => !/^[a-z]+:/.test(link) && isBroken(path, link)).map((link) => `${path}: ${link}`),
  );
  assert.deepEqual(broken, []);
});

test('every page of docs/ is listed in docs/README.md', () => {
  const listed = new Set(byPath.get('docs/README.md')?.links.map((link) => resolve('docs/README.md', link).path));
  const missing = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !listed.has(path));
  assert.deepEqual(missing, ['docs/README.md']);
});

/**
 * Flags that this program does not have: those of the exporters in the guides, and the flag of each exporter with targets.
 */
const FLAGS_OF_GUIDES: ReadonlySet<string> = new Set([
  'scrape.target',
  'shop.url',
  'queue.url',
  'collector.queue',
  'collector.queue.url',
  'collector.minimal',
  'redis.addr',
  'redis.user',
  'redis.password',
]);

function isKnownFlag(name: string): boolean {
  return name in allFlags || name.replace(/^no-/, '') in allFlags || FLAGS_OF_GUIDES.has(name);
}

test('every flag in a command, a manifest or a sentence exists', () => {
  const unknown = pages.flatMap((page) =>
    flagsOn(page)
      .filter((name) => !isKnownFlag(name) && !name.endsWith('.'))
      .map((name) => `${page.path}: --${name}`),
  );
  assert.deepEqual(unknown, []);
});

/** Returns the environment variable of a flag, as docs/configuration.md defines it. */
function variableOf(flag: string): string {
  return `EXPORTER_${flag.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

test('every EXPORTER_ variable is the variable of a flag', () => {
  const known = new Set([...Object.keys(allFlags), ...FLAGS_OF_GUIDES].map(variableOf));
  const unknown = pages.flatMap(({ path, text }) =>
    (text.match(/\bEXPORTER_[A-Z0-9_]+\b/g) ?? []).filter((name) => !known.has(name)).map((name) => `${path}: ${name}`),
  );
  assert.deepEqual(unknown, []);
});

test('every key of a configuration file in an example is a flag', () => {
  const keys = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language, text }) => language === 'yaml' && /^(web|collector|log|otlp)\./.test(text))
      .flatMap(({ text }) => [...text.matchAll(/^([a-z][\w.-]*):/gm)].map(([, key = '']) => `${path}: ${key}`)),
  );
  assert.ok(keys.length > 0);
  assert.deepEqual(
    keys.filter((key) => !isKnownFlag(key.split(': ')[1] ?? '')),
    [],
  );
});

test('every npm script in a command or a sentence exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const unknown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run (?:-s |--silent )?([\w:]+)/g)]
      .map(([, script = '']) => script)
      .filter((script) => !(script in scripts))
      .map((script) => `${path}: npm run ${script}`),
  );
  assert.deepEqual(unknown, []);
});

/** Matches the paths that the documentation writes relative to the checkout. */
const PATH = /^(?:src|test|docs|otel|kustomize|grafana|examples)\/[\w./-]*$/;

test('every path of the project in a sentence exists', () => {
  const unknown = pages.flatMap(({ path, spans }) =>
    spans
      .filter((span) => PATH.test(span) && !FILES_OF_GUIDES.has(span) && !existsSync(join(ROOT, span)))
      .map((span) => `${path}: ${span}`),
  );
  assert.deepEqual(unknown, []);
});

test('every file in docs/architecture.md exists in src/', () => {
  const files = (byPath.get('docs/architecture.md')?.spans ?? []).filter((span) =>
    /^[a-z-]+\/[\w./-]+\.ts$/.test(span),
  );
  assert.ok(files.length > 10);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(ROOT, 'src', file))),
    [],
  );
});

/** Files that the reader creates when following CONTRIBUTING.md. */
const FILES_OF_GUIDES: ReadonlySet<string> = new Set([
  'src/parse/net-protocols.ts',
  'src/collectors/protocols.ts',
  'test/parse/net-protocols.test.ts',
  'test/collectors/protocols.test.ts',
]);

test('docs/architecture.md lists every directory of src/', () => {
  const tree = byPath.get('docs/architecture.md')?.blocks[0]?.text ?? '';
  const listed = [...tree.matchAll(/^ +([\w/-]+)\/ /gm)].map(([, name = '']) => name);
  const names = readdirSync(join(ROOT, 'src')).filter((name) => statSync(join(ROOT, 'src', name)).isDirectory());
  assert.deepEqual(
    names.filter((name) => !listed.includes(name)),
    [],
  );
});

test('parsePage() gives headings the anchors of GitHub', () => {
  const { anchors } = parsePage('a.md', '# A `b`, C_d!\n## Same\n## Same\n```sh\n# none\n```\n### [x](y.md) – z\n');
  assert.deepEqual([...anchors], ['a-b-c_d', 'same', 'same-1', 'x--z']);
});

test('parsePage() takes links from prose, not from code', () => {
  const { links } = parsePage('a.md', '[a](b.md#c) `[d](e.md)`\n```sh\n[f](g.md)\n```\n');
  assert.deepEqual(links, ['b.md#c']);
});

test('flagsOn() takes the flags after the program from a command', () => {
  const text =
    '   ```sh\n   docker run --cap-drop=ALL \\\n     otel-node-exporter:0.2.0 --path.rootfs=/host --no-collector.cpu\n   ```\n';
  assert.deepEqual(flagsOn(parsePage('a.md', `${text}\`--log.level=debug\`\n`)), [
    'collector.cpu',
    'log.level',
    'path.rootfs',
  ]);
});
