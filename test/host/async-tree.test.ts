import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError } from '../../src/host/host.ts';
import { parseNumberFile } from '../../src/parse/lines.ts';
import { createHostTree } from '../support/host-tree.ts';

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

test('AsyncTree.readWithMtime() returns the Unix time of the last change', async () => {
  await using machine = await createHostTree({ 'root/a': 'text' });
  const before = Date.now() / 1000;
  const { content, modified } = await machine.host.rootfs.readWithMtime('a', asIs);
  assert.equal(content, 'text');
  assert.ok(Math.abs(before - modified) < 60, `${before} ${modified}`);
});
