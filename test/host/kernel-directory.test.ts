import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCountFile, parseNumberFile } from '../../src/parse/lines.ts';
import { createHostTree } from '../support/host-tree.ts';

const asIs = (text: string): string => text;

test('KernelDirectory.readIfPresent() returns undefined for an absent file until the file is created', async () => {
  await using machine = await createHostTree({ 'sys/box/one': '1\n' });
  const past = new Date(Date.now() - 60_000);
  const read = (name: string): string | undefined => {
    const { sys } = machine.host.forPass(performance.now() + 1000);
    return sys.directory('box').readIfPresent(name, asIs);
  };
  for (let pass = 0; pass < 3; pass += 1) {
    // From the second pass on, the directory is old enough for the cache.
    if (pass === 1) await utimes(join(machine.root, 'sys/box'), past, past);
    assert.deepEqual([read('one'), read('two')], ['1\n', undefined]);
  }
  await machine.write({ 'sys/box/two': '2\n' });
  await utimes(join(machine.root, 'sys/box'), past, past);
  assert.deepEqual([read('one'), read('two')], ['1\n', '2\n']);
  assert.equal(machine.host.sys.directory('nowhere').readIfPresent('one', asIs), undefined);
});

test('KernelDirectory.readIfPresent() names the file that cannot be parsed', async () => {
  await using machine = await createHostTree({ 'sys/box/one': '1\n' });
  const refuse = (): never => {
    throw new SyntaxError('expected more');
  };
  assert.throws(() => machine.host.sys.directory('box').readIfPresent('one', refuse), {
    name: 'SyntaxError',
    message: `Cannot parse ${machine.root}/sys/box/one: expected more`,
  });
});

test('KernelDirectory.readIfPresent() returns undefined for the ignored codes', async () => {
  await using machine = await createHostTree({ 'sys/box/deep/': '' });
  const box = machine.host.sys.directory('box');
  assert.equal(box.readIfPresent('deep', asIs, { ignoreErrno: new Set(['EISDIR']) }), undefined);
  assert.throws(() => box.readIfPresent('deep', asIs), { name: 'ReadError', code: 'EISDIR' });
});

test('KernelDirectory reads the whole list of processes of a cgroup', async () => {
  const list = '17\n'.repeat(2000);
  await using machine = await createHostTree({ 'sys/fs/cgroup/box/cgroup.procs': list });
  assert.equal(machine.host.sys.directory('fs/cgroup/box').readIfPresent('cgroup.procs', asIs), list);
});

test('KernelDirectory.readNumberIfPresent() returns digits as a number, and passes any other text to the parser', async () => {
  const texts = ['0\n', '007\n', '999999999999999\n', '9223372036854775807\n', '-1\n', '7', '7 \n', '\n', '', '0x1f\n'];
  const files = Object.fromEntries(texts.map((text, index) => [`sys/box/${index}`, text]));
  await using machine = await createHostTree(files);
  const box = machine.host.sys.directory('box');
  const values = texts.map((_text, index) => box.readNumberIfPresent(`${index}`, (text) => `parsed ${text}`));
  assert.deepEqual(values, [0, 7, 999999999999999, ...texts.slice(3).map((text) => `parsed ${text}`)]);
  assert.equal(box.readNumberIfPresent('nothing', parseNumberFile), undefined);
  assert.throws(() => box.readNumberIfPresent('4', parseCountFile), {
    name: 'SyntaxError',
    message: `Cannot parse ${machine.root}/sys/box/4: expected an unsigned integer, got "-1"`,
  });
});

test('KernelDirectory.stat() reports a replaced and a removed directory in the next pass', async () => {
  await using machine = await createHostTree({ 'sys/box/a': 'one', 'sys/other/a': 'another', 'sys/other/deep/': '' });
  const { host, root } = machine;
  const [box, other] = [join(root, 'sys/box'), join(root, 'sys/other')];
  const inodes = [box, other].map((path) => statSync(path).ino);
  for (const path of [box, other]) await utimes(path, 1_000_000_000, 1_000_000_000);
  const directory = host.sys.directory('box');
  const read = () => directory.readIfPresent('a', asIs);
  assert.deepEqual([directory.stat()?.inode, read(), read()], [inodes[0], 'one', 'one']);
  await machine.remove('sys/box');
  await rename(other, box);
  assert.deepEqual([directory.stat()?.inode, read()], [inodes[0], 'one'], 'in the same pass');
  host.forPass(performance.now() + 1000);
  assert.deepEqual([directory.stat()?.inode, read()], [inodes[1], 'another']);
  await machine.remove('sys/box');
  host.forPass(performance.now() + 1000);
  assert.deepEqual([directory.stat(), directory.exists(), read()], [undefined, false, undefined]);
});

test('KernelDirectory.stat() returns the same as KernelTree.stat()', async () => {
  await using machine = await createHostTree({ 'sys/box/a/': '', 'sys/box/b/': '', 'sys/box/file': '' });
  const { sys } = machine.host;
  assert.deepEqual(sys.directory('box').stat(), sys.stat('box'));
  await utimes(join(machine.root, 'sys/box'), 1_000_000_000, 1_000_000_000);
  assert.deepEqual(sys.directory('box').stat(), sys.stat('box'));
  assert.equal(sys.directory('nowhere').stat(), undefined);
});

test('KernelDirectory.identity is the same object as long as the directory is the same', async () => {
  await using machine = await createHostTree({ 'sys/box/a': '' });
  const box = join(machine.root, 'sys/box');
  const identity = () => machine.host.forPass(performance.now() + 1000).sys.directory('box').identity;
  assert.equal(identity(), undefined);
  await utimes(box, 1_000_000_000, 1_000_000_000);
  const first = identity();
  assert.ok(first);
  assert.equal(identity(), first);
  await utimes(box, 1_000_000_000, 1_000_000_001);
  assert.notEqual(identity(), first);
});

test('KernelDirectory reports why the files of a directory that it may not stat cannot be read', async () => {
  await using machine = await createHostTree({ 'sys/loop': { link: 'loop' } });
  const directory = machine.host.sys.directory('loop/box');
  assert.deepEqual([directory.stat(), directory.exists()], [undefined, true]);
  assert.throws(() => directory.readIfPresent('mtu', asIs), {
    name: 'ReadError',
    message: `Cannot read ${machine.root}/sys/loop/box/mtu: too many levels of symbolic links`,
  });
});
