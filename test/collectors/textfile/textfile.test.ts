import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { textfile } from '../../../src/collectors/textfile/textfile.ts';
import type { OnLimit } from '../../../src/util/limit-counter.ts';
import { type Collected, collect } from '../../support/collect.ts';
import { createHostTree, type Files, type HostTree } from '../../support/host-tree.ts';

/** Runs the collector on directories of a test host. The path of the test host is shown as `/m`. */
async function collectFrom(machine: HostTree, ...directories: readonly string[]): Promise<Collected> {
  const paths = directories.map((path) => join(machine.root, path));
  const result = await collect(textfile, machine.host, { 'collector.textfile.directory': paths });
  const shown = (text: string) => text.replaceAll(machine.root, '/m');
  return { ...result, errors: result.errors.map(shown), lines: result.lines.map(shown) };
}

/** Creates files with the modification time 1700000000.5 (Unix time in seconds). */
async function createDated(files: Files): Promise<HostTree> {
  const machine = await createHostTree(files);
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'string' && !path.endsWith('/')) await utimes(join(machine.root, path), 0, 1_700_000_000.5);
  }
  return machine;
}

test('textfile emits the metrics of the files under their names, and when each file was modified', async () => {
  await using machine = await createDated({
    't/b.prom': '# HELP node_role Its role.\n# TYPE node_role gauge\nnode_role{role="web"} 1\n',
    't/a.prom': 'a:b__c{x="1"} 2\na:b__c 3\n',
    't/.hidden.prom': 'hidden 4\n',
    't/notes.txt': 'not a metric',
    't/half.prom.1234': 'half',
  });
  assert.deepEqual(await collectFrom(machine, 't'), {
    state: 'ok',
    errors: [],
    lines: [
      'hidden 4',
      'a:b__c{x="1"} 2',
      'a:b__c{x=""} 3',
      'node_role{role="web"} 1',
      'node_textfile_mtime_seconds{file="/m/t/.hidden.prom"} 1700000000',
      'node_textfile_mtime_seconds{file="/m/t/a.prom"} 1700000000',
      'node_textfile_mtime_seconds{file="/m/t/b.prom"} 1700000000',
      'node_textfile_scrape_error 0',
    ],
  });
});

test('textfile reports no error where no directory is set', async () => {
  await using machine = await createHostTree({});
  const lines = ['node_textfile_scrape_error 0'];
  assert.deepEqual(await collectFrom(machine), { state: 'ok', errors: [], lines });
  const flags = { 'collector.textfile.directory': [''] };
  assert.deepEqual(await collect(textfile, machine.host, flags), { state: 'ok', errors: [], lines });
});

test('textfile leaves out bad lines and names them, but emits the rest of the file', async () => {
  await using machine = await createDated({
    't/a.prom': 'a 1\n',
    't/bad.prom': 'b{x="1"} 1\nb{ 2\nb{x="3"} 3\n',
    't/c.prom': 'c 1\n',
    't/cut.prom': 'e 1\ne_total 12',
    't/dated.prom': 'd 1 1700000000000\nd{x="2"} 2\n',
    't/dangling.prom': { link: '/nowhere' },
  });
  assert.deepEqual(await collectFrom(machine, 't', 'missing'), {
    state: 'failed',
    errors: [
      'Cannot parse /m/t/bad.prom: expected label="value" in "b{ 2"',
      'Cannot parse /m/t/cut.prom: expected a newline after "e_total 12"',
      'Cannot parse /m/t/dated.prom: unexpected timestamp or blank after the number in "d 1 1700000000000"',
      'Cannot find /m/missing: ENOENT',
      'Cannot find /m/t/dangling.prom: ENOENT',
    ],
    lines: [
      'a 1',
      'b{x="1"} 1',
      'b{x="3"} 3',
      'c 1',
      'e 1',
      'd{x="2"} 2',
      'node_textfile_mtime_seconds{file="/m/t/a.prom"} 1700000000',
      'node_textfile_mtime_seconds{file="/m/t/c.prom"} 1700000000',
      'node_textfile_scrape_error 1',
    ],
  });
});

test('textfile does not wait for a directory, device or FIFO', { timeout: 10_000 }, async () => {
  await using machine = await createDated({
    't/a.prom': 'a 1\n',
    't/directory.prom/': '',
    't/device.prom': { link: '/dev/zero' },
  });
  execFileSync('mkfifo', [join(machine.root, 't/fifo.prom')]);
  assert.deepEqual(await collectFrom(machine, 't'), {
    state: 'failed',
    errors: [
      'Cannot read /m/t/device.prom: the link leads out of its directory',
      'Cannot read /m/t/directory.prom: not a regular file',
      'Cannot read /m/t/fifo.prom: not a regular file',
    ],
    lines: ['a 1', 'node_textfile_mtime_seconds{file="/m/t/a.prom"} 1700000000', 'node_textfile_scrape_error 1'],
  });
});

test('textfile reads every directory that a pattern matches, in order', async () => {
  await using machine = await createDated({
    't/one.d/x.prom': 'x 1\n',
    't/two.d/y.prom': 'y 2\n',
    't/three/z.prom': 'z 3\n',
    'u/w.prom': 'w 4\n',
  });
  assert.deepEqual((await collectFrom(machine, 't/*.d', 'u')).lines, [
    'x 1',
    'y 2',
    'w 4',
    'node_textfile_mtime_seconds{file="/m/t/one.d/x.prom"} 1700000000',
    'node_textfile_mtime_seconds{file="/m/t/two.d/y.prom"} 1700000000',
    'node_textfile_mtime_seconds{file="/m/u/w.prom"} 1700000000',
    'node_textfile_scrape_error 0',
  ]);
  assert.deepEqual((await collectFrom(machine, 't/four*')).errors, ['Cannot find /m/t/four*: ENOENT']);
});

test('textfile sets its error metric for conflicting help, but not for a duplicate series', async () => {
  await using machine = await createDated({
    't/a.prom': '# HELP a One.\na{f="a"} 1\n',
    't/b.prom': '# HELP a Two.\na{f="b"} 2\n',
    'u/c.prom': 'c 1\nc 2\n',
  });
  const different = await collectFrom(machine, 't');
  assert.deepEqual(different.errors, ['Cannot merge a of /m/t/b.prom: the help differs from /m/t/a.prom']);
  assert.deepEqual(different.lines.toSorted().slice(-2), [
    'node_textfile_mtime_seconds{file="/m/t/b.prom"} 1700000000',
    'node_textfile_scrape_error 1',
  ]);
  assert.deepEqual(await collectFrom(machine, 'u'), {
    state: 'failed',
    errors: ['Cannot add c of /m/u/c.prom: duplicate series []'],
    lines: ['c 1', 'node_textfile_mtime_seconds{file="/m/u/c.prom"} 1700000000', 'node_textfile_scrape_error 0'],
  });
});

/** Counts of the limits that files exceeded. */
function countLimits(): { readonly onLimit: OnLimit; readonly counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  return { onLimit: (limit) => Object.assign(counts, { [limit]: (counts[limit] ?? 0) + 1 }), counts };
}

test('textfile leaves out links that lead out of the directory, unless a flag allows them', async () => {
  const { onLimit, counts } = countLimits();
  await using machine = await createHostTree(
    {
      't/..data/a.prom': 'a 1\n',
      't/a.prom': { link: '..data/a.prom' },
      't/b.prom': { link: '../secret' },
      secret: 'PASSWORD=x\n',
      'other/c.prom': 'c 1\n',
      't/c.prom': { link: '../other/c.prom' },
    },
    { onLimit },
  );
  const refused = await collectFrom(machine, 't');
  assert.deepEqual(refused.errors, [
    'Cannot read /m/t/b.prom: the link leads out of its directory',
    'Cannot read /m/t/c.prom: the link leads out of its directory',
  ]);
  assert.deepEqual(
    refused.lines.filter((line) => !line.startsWith('node_')),
    ['a 1'],
  );
  assert.deepEqual(counts, { text_file_links: 2 });

  const flags = {
    'collector.textfile.directory': [join(machine.root, 't')],
    'collector.textfile.follow-links': true,
  };
  const followed = await collect(textfile, machine.host, flags);
  assert.deepEqual(
    followed.lines.filter((line) => !line.startsWith('node_')),
    ['a 1', 'c 1'],
  );
});

test('textfile leaves out files beyond the size of all files, and reads smaller ones', async () => {
  const { onLimit, counts } = countLimits();
  const line = (name: string): string => `${name} 1${' '.repeat(60_000)}\n`;
  const large = (name: string): string =>
    `# ${'x'.repeat(60_000)}\n`.repeat(10) + line(name).replaceAll(' '.repeat(60_000), '');
  await using machine = await createHostTree(
    {
      't/a.prom': large('a'),
      't/b.prom': large('b'),
      't/c.prom': 'c 1\n',
      't/d.prom': 'd 1\n'.repeat(5000),
      't/e.prom': 'e 1\n',
    },
    { onLimit },
  );
  const flags = { 'collector.textfile.directory': [join(machine.root, 't')], 'collector.textfile.max-megabytes': 1 };
  const { errors, lines } = await collect(textfile, machine.host, flags);
  const limit = 'the text files exceed --collector.textfile.max-megabytes, 1 MiB';
  assert.deepEqual(
    errors.map((error) => error.replaceAll(machine.root, '/m')),
    [`Cannot read /m/t/b.prom: ${limit}`, `Cannot read /m/t/d.prom: ${limit}`],
  );
  assert.deepEqual(
    lines.filter((text) => !text.startsWith('node_')),
    ['a 1', 'c 1', 'e 1'],
  );
  assert.deepEqual(counts, { text_file_bytes: 2 });
});

test('textfile refuses a file without an end', async () => {
  await using machine = await createHostTree({ 't/a.prom': { link: '/proc/self/pagemap' } });
  const flags = {
    'collector.textfile.directory': [join(machine.root, 't')],
    'collector.textfile.follow-links': true,
  };
  const { errors } = await collect(textfile, machine.host, flags);
  assert.match(errors.join(), /^Cannot read \/proc\/\w+\/pagemap: larger than 4096 bytes$/);
});
