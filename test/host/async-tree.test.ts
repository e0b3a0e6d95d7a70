import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError, type Host, LINK_OUT } from '../../src/host/host.ts';
import { parseNumberFile } from '../../src/parse/lines.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';
import { stallAttributes } from '../support/stall.ts';

const asIs = (text: string): string => text;

test('AsyncTree.read() reads a sysfs attribute of almost a page', async () => {
  await using machine = await createHostTree({ 'sys/long': 'x'.repeat(4095) });
  assert.equal(await machine.host.slowSys.read('long', asIs), 'x'.repeat(4095));
});

test('AsyncTree.read() replaces a run of bytes that are not UTF-8 by one U+FFFD', async () => {
  await using machine = await createHostTree({ 'sys/bytes': Buffer.from([0x41, 0xff, 0xfe, 0x42, 0x0a]) });
  assert.equal(await machine.host.slowSys.read('bytes', asIs), 'A\u{fffd}B\n');
});

for (const [name, tree] of [
  ['sysfs', 'slowSys'],
  ['a mounted root', 'rootfs'],
] as const) {
  test(`AsyncTree.read() distinguishes absent, unreadable and malformed files of ${name}`, async () => {
    await using machine = await createHostTree({ 'sys/directory/': '', 'sys/number': 'many\n' });
    const { [tree]: files } = machine.host;
    const below = tree === 'rootfs' ? '../sys/' : '';
    await assert.rejects(files.read(`${below}nothing`, asIs), AbsentError);
    await assert.rejects(files.read(`${below}directory`, asIs), { name: 'ReadError' });
    await assert.rejects(files.read(`${below}number`, parseNumberFile), {
      message: `Cannot parse ${join(machine.root, 'sys/number')}: expected a number, got "many"`,
    });
    assert.deepEqual(machine.host.pendingCalls, []);
  });
}

test('AsyncTree.readIfPresent() returns undefined for an absent file and the ignored codes', async () => {
  await using machine = await createHostTree({ 'sys/directory/': '', 'sys/name': 'a\n' });
  const { slowSys } = machine.host;
  assert.equal(await slowSys.readIfPresent('name', asIs), 'a\n');
  assert.equal(await slowSys.readIfPresent('nothing', asIs), undefined);
  assert.equal(await slowSys.readIfPresent('directory', asIs, { ignoreErrno: new Set(['EISDIR']) }), undefined);
  await assert.rejects(slowSys.readIfPresent('directory', asIs), { code: 'EISDIR' });
});

test('AsyncTree.listIfPresent() returns the names in order, and none for an absent directory', async () => {
  await using machine = await createHostTree({ 'root/box/b': '', 'root/box/a': '' });
  const { rootfs } = machine.host;
  assert.deepEqual(await rootfs.listIfPresent('box'), ['a', 'b']);
  assert.deepEqual(await rootfs.listIfPresent('nothing'), []);
  await assert.rejects(rootfs.list('nothing'), AbsentError);
});

test('AsyncTree.readResolved() returns the text of a file and the Unix time of its last change', async () => {
  const before = Date.now() / 1000;
  await using machine = await createHostTree({ 'root/a': 'text' });
  const file = await machine.host.rootfs.resolve('a', undefined);
  const { text, modified } = await machine.host.rootfs.readResolved(file, 4);
  assert.equal(text, 'text');
  assert.ok(Math.abs(before - modified) < 60, `${before} ${modified}`);
  await assert.rejects(machine.host.rootfs.readResolved(file, 3), {
    message: `Cannot read ${file.path}: larger than 3 bytes`,
  });
});

test('AsyncTree.readResolved() rejects a file that has become a link', async () => {
  await using machine = await createHostTree({ 'root/a': 'text', 'root/b': 'secret' });
  const file = await machine.host.rootfs.resolve('a', undefined);
  await machine.remove('root/a');
  await machine.write({ 'root/a': { link: 'b' } });
  await assert.rejects(machine.host.rootfs.readResolved(file, 100), { name: 'ReadError', code: 'ELOOP' });
});

test('AsyncTree.resolve() follows a link only within the directory', async () => {
  await using machine = await createHostTree({
    'root/d/a': 'text',
    'root/d/inside': { link: 'a' },
    'root/d/outside': { link: '../secret' },
    'root/d/d2': { link: '../d-other/x' },
    'root/secret': 'secret',
    'root/d-other/x': 'x',
  });
  const { rootfs } = machine.host;
  assert.deepEqual(await rootfs.resolve('d/inside', 'd'), { path: rootfs.path('d/a'), size: 4 });
  for (const name of ['outside', 'd2']) {
    await assert.rejects(rootfs.resolve(`d/${name}`, 'd'), {
      message: `Cannot read ${rootfs.path(`d/${name}`)}: the link leads out of its directory`,
      code: LINK_OUT,
    });
  }
  assert.deepEqual(await rootfs.resolve('d/outside', undefined), { path: rootfs.path('secret'), size: 6 });
});

test('AsyncTree.read() rejects a file without an end', async () => {
  await using machine = await createHostTree({});
  const { files } = machine.host;
  await assert.rejects(
    files.read('/proc/self/pagemap', asIs),
    /^ReadError: Cannot read \/proc\/self\/pagemap: larger than/,
  );
});

/** Reads attributes in a pass of 300 ms. Reads may take 200 ms of this time; the other 100 ms are for the response. */
async function readEach(host: Host, names: readonly string[]): Promise<{ values: unknown[]; errors: string[] }> {
  const errors: string[] = [];
  const { slowSys } = host.forPass(performance.now() + 300).forCollector(({ message }) => errors.push(message));
  const values = await slowSys.readEachIfPresent(names.map((path) => ({ path, parse: parseNumberFile })));
  return {
    values,
    errors: errors.map((message) => message.replaceAll(`${slowSys.root}/`, '').replace(/\d+ ms/, 'N ms')),
  };
}

test('AsyncTree.readEachIfPresent() reports what cannot be read and returns everything else in order', async (context) => {
  const names = ['a', 'gone', 'refused', 'nan', 'denied', 'f'];
  await using machine = await createHostTree({
    'sys/a': '1\n',
    'sys/refused': '2\n',
    'sys/nan': 'x\n',
    'sys/denied': '3\n',
    'sys/f': '4\n',
  });
  failReads(context, /refused$/, 'EREMOTEIO');
  const { values, errors } = await readEach(machine.host, names);
  assert.deepEqual(values, [1, undefined, undefined, undefined, 3, 4]);
  assert.deepEqual(errors.toSorted(), [
    'Cannot parse nan: expected a number, got "x"',
    'Cannot read refused: remote I/O error',
  ]);
});

test('AsyncTree.readEachIfPresent() loses only the attribute that hangs, and does not wait for it again', async (context) => {
  const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
  await using machine = await createHostTree(
    Object.fromEntries(names.map((name) => [`sys/${name}`, `${name.slice(1)}\n`])),
    { stuckAfterMs: 150 },
  );
  const hanging = new Set(['n3']);
  stallAttributes(context, (path) => hanging.has(path.slice(path.lastIndexOf('/') + 1)));
  const without3 = [0, 1, 2, undefined, 4, 5, 6, 7, 8, 9];
  assert.deepEqual(await readEach(machine.host, names), {
    values: without3,
    errors: ['Cannot read n3: no answer within N ms'],
  });
  assert.deepEqual(await readEach(machine.host, names), {
    values: without3,
    errors: ['Cannot read n3: the last call has not ended'],
  });

  hanging.add('n5').add('n7');
  const rest = [0, 1, 2, undefined, 4, undefined, 6, undefined, 8, 9];
  assert.deepEqual((await readEach(machine.host, names)).values.slice(0, 6), rest.slice(0, 6));
  assert.deepEqual(await readEach(machine.host, names), {
    values: names.map(() => undefined),
    errors: [
      ...['n3', 'n5', 'n7'].map((name) => `Cannot read ${name}: the last call has not ended`),
      'Cannot read n0: the device does not answer, for 7 attributes',
    ],
  });
  assert.equal(machine.host.pendingCalls.length, 3);
});
