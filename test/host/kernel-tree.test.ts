import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError } from '../../src/host/host.ts';
import { FILE_LIMIT } from '../../src/host/read-sync.ts';
import { parseCountFile, parseNumberFile } from '../../src/parse/lines.ts';
import { createMachine } from '../support/machine.ts';

const asIs = (text: string): string => text;

test('Tree.read() gives the parser the whole text', async () => {
  const text = `${'0123456789'.repeat(30_000)}ä\n`;
  await using machine = await createMachine({ 'proc/large': text });
  assert.equal(machine.host.proc.read('large', asIs), text);
});

test('Tree.read() says that a file is absent', async () => {
  await using machine = await createMachine({ 'proc/file': '' });
  assert.throws(() => machine.host.proc.read('nothing', asIs), AbsentError);
  assert.throws(() => machine.host.proc.read('file/below', asIs), AbsentError);
});

test('Tree.read() names the file that it cannot read', async () => {
  await using machine = await createMachine({ 'proc/directory/': '' });
  assert.throws(() => machine.host.proc.read('directory', asIs), {
    name: 'ReadError',
    code: 'EISDIR',
    message: `Cannot read ${join(machine.root, 'proc/directory')}: is a directory`,
  });
});

test('Tree.read() names the file that the parser refuses', async () => {
  await using machine = await createMachine({ 'proc/number': 'many\n' });
  assert.throws(() => machine.host.proc.read('number', parseNumberFile), {
    name: 'SyntaxError',
    message: `Cannot parse ${join(machine.root, 'proc/number')}: expected a number, got "many"`,
  });
});

test('Tree.read() refuses a file without an end', async () => {
  await using machine = await createMachine({ 'proc/zero': { link: '/dev/zero' } });
  assert.throws(() => machine.host.proc.read('zero', asIs), {
    message: `Cannot read ${join(machine.root, 'proc/zero')}: larger than ${FILE_LIMIT} bytes`,
  });
});

test('Tree.read() does not wait for whoever might write to a pipe', async () => {
  await using machine = await createMachine({});
  execFileSync('mkfifo', [join(machine.root, 'proc/pipe')]);
  assert.throws(() => machine.host.proc.read('pipe', asIs), {
    name: 'ReadError',
    message: `Cannot read ${join(machine.root, 'proc/pipe')}: is a pipe`,
  });
});

test('Tree.find() gives undefined for a file that is absent, and no other reason', async () => {
  await using machine = await createMachine({ 'proc/number': '17\n', 'proc/words': 'many\n' });
  assert.equal(machine.host.proc.find('number', parseNumberFile), 17);
  assert.equal(machine.host.proc.find('nothing', parseNumberFile), undefined);
  assert.throws(() => machine.host.proc.find('words', parseNumberFile), SyntaxError);
});

test('Tree.list() gives the names in order', async () => {
  await using machine = await createMachine({ 'sys/class/b': '', 'sys/class/a:1': '', 'sys/class/a b': '' });
  assert.deepEqual(machine.host.sys.list('class'), ['a b', 'a:1', 'b']);
  assert.throws(() => machine.host.sys.list('nothing'), AbsentError);
  assert.deepEqual(machine.host.sys.listIfPresent('nothing'), []);
});

test('Tree.link() tells where a link points', async () => {
  await using machine = await createMachine({ 'sys/class/eth0': { link: '../devices/eth0' }, 'sys/class/file': '' });
  assert.equal(machine.host.sys.link('class/eth0'), '../devices/eth0');
  assert.equal(machine.host.sys.link('class/eth1'), undefined);
});

test('Tree.exists() follows links', async () => {
  await using machine = await createMachine({ 'sys/here': '', 'sys/broken': { link: 'nowhere' } });
  assert.equal(machine.host.sys.exists('here'), true);
  assert.equal(machine.host.sys.exists('broken'), false);
});

test('Tree.attribute() reads one line, at most 128 bytes of it', async () => {
  await using machine = await createMachine({ 'sys/short': 'name\n', 'sys/long': `${'0123456789'.repeat(20)}\n` });
  assert.equal(machine.host.sys.attribute('short', asIs), 'name\n');
  assert.equal(machine.host.sys.attribute('long', asIs), `${'0123456789'.repeat(12)}01234567`);
});

test('Tree.attribute() marks what is no UTF-8', async () => {
  await using machine = await createMachine({ 'sys/name': Buffer.from([0x61, 0xff, 0xfe, 0x0a]) });
  assert.equal(machine.host.sys.attribute('name', asIs), 'a\uFFFD\n');
});

test('Tree.attribute() tells absent, unreadable and damaged ones apart', async () => {
  await using machine = await createMachine({ 'sys/folder/': '', 'sys/number': 'many\n' });
  assert.throws(() => machine.host.sys.attribute('nothing', asIs), AbsentError);
  assert.equal(machine.host.sys.findAttribute('nothing', asIs), undefined);
  assert.throws(() => machine.host.sys.findAttribute('folder', asIs), { name: 'ReadError', code: 'EISDIR' });
  assert.throws(() => machine.host.sys.attribute('number', parseNumberFile), {
    name: 'SyntaxError',
    message: `Cannot parse ${join(machine.root, 'sys/number')}: expected a number, got "many"`,
  });
});

test('Tree.realPath() follows every link', async () => {
  await using machine = await createMachine({
    'sys/devices/pci/eth0/address': '',
    'sys/class/eth0': { link: '../devices/pci/eth0' },
    'sys/class/broken': { link: 'nowhere' },
  });
  assert.equal(machine.host.sys.realPath('class/eth0/address'), join(machine.root, 'sys/devices/pci/eth0/address'));
  assert.equal(machine.host.sys.realPath('class/broken'), undefined);
});

test('Tree.folder() finds what is there, what came, and nothing else', async () => {
  await using machine = await createMachine({ 'sys/box/one': '1\n', 'sys/box/list': `${'17\n'.repeat(2000)}` });
  const later = new Date(Date.now() - 60_000);
  const find = (name: string): string | undefined => {
    const { sys } = machine.host.forPass(performance.now() + 1000);
    return sys.folder('box').findRecord(name, (text) => text);
  };
  for (let pass = 0; pass < 3; pass += 1) {
    // A folder that was changed just now is not kept open.
    if (pass === 1) await utimes(join(machine.root, 'sys/box'), later, later);
    assert.deepEqual([find('one'), find('two')], ['1\n', undefined]);
  }
  await machine.write({ 'sys/box/two': '2\n' });
  await utimes(join(machine.root, 'sys/box'), later, later);
  assert.deepEqual([find('one'), find('two')], ['1\n', '2\n']);
  const { sys } = machine.host;
  assert.equal(sys.folder('box').findShort('list', (text) => text)?.length, 6000);
  assert.equal(
    sys.folder('nowhere').findShort('list', (text) => text),
    undefined,
  );
  assert.throws(
    () =>
      sys.folder('box').findRecord('one', () => {
        throw new SyntaxError('expected more');
      }),
    {
      name: 'SyntaxError',
      message: `Cannot parse ${machine.root}/sys/box/one: expected more`,
    },
  );
});

test('TreeFolder.look() sees another folder in the place of the one before, and none', async () => {
  await using machine = await createMachine({ 'sys/box/a': 'one', 'sys/other/a': 'another', 'sys/other/deep/': '' });
  const { host, root } = machine;
  const [box, other] = [join(root, 'sys/box'), join(root, 'sys/other')];
  const inodes = [box, other].map((path) => statSync(path).ino);
  for (const path of [box, other]) await utimes(path, 1_000_000_000, 1_000_000_000);
  const folder = host.sys.folder('box');
  const find = () => folder.findRecord('a', asIs);
  assert.deepEqual([folder.look()?.inode, find(), find()], [inodes[0], 'one', 'one']);
  await machine.remove('sys/box');
  await rename(other, box);
  // In the pass in which it was looked at it is what it was.
  assert.deepEqual([folder.look()?.inode, find()], [inodes[0], 'one']);
  host.forPass(performance.now() + 1000);
  assert.deepEqual([folder.look()?.inode, find()], [inodes[1], 'another']);
  await machine.remove('sys/box');
  host.forPass(performance.now() + 1000);
  assert.deepEqual([folder.look(), folder.isThere, find()], [undefined, false, undefined]);
});

test('TreeFolder says of a folder that it may not look at why its files cannot be read', async () => {
  await using machine = await createMachine({ 'sys/loop': { link: 'loop' } });
  const folder = machine.host.sys.folder('loop/box');
  assert.deepEqual([folder.look(), folder.isThere], [undefined, true]);
  assert.throws(() => folder.findAttribute('mtu', asIs), {
    name: 'ReadError',
    message: `Cannot read ${machine.root}/sys/loop/box/mtu: too many symbolic links`,
  });
});

test('TreeFolder.findNumber() gives digits as the number they are, and the parser all else', async () => {
  const texts = ['0\n', '007\n', '999999999999999\n', '9223372036854775807\n', '-1\n', '7', '7 \n', '\n', '', '0x1f\n'];
  const files = Object.fromEntries(texts.map((text, index) => [`sys/box/${index}`, text]));
  await using machine = await createMachine(files);
  const box = machine.host.sys.folder('box');
  const found = texts.map((_text, index) => box.findNumber(`${index}`, (text) => `parsed ${text}`));
  assert.deepEqual(found, [0, 7, 999999999999999, ...texts.slice(3).map((text) => `parsed ${text}`)]);
  assert.equal(box.findNumber('nothing', parseNumberFile), undefined);
  assert.throws(() => box.findNumber('4', parseCountFile), {
    name: 'SyntaxError',
    message: `Cannot parse ${machine.root}/sys/box/4: expected an unsigned integer, got "-1"`,
  });
});

test('Tree.folders() lists folders, and Tree.look() tells one from another', async () => {
  await using machine = await createMachine({
    'sys/box/b/': '',
    'sys/box/a/': '',
    'sys/box/file': '',
    'sys/box/link': { link: 'a' },
  });
  const { sys } = machine.host;
  assert.deepEqual(sys.folders('box'), ['a', 'b']);
  assert.throws(() => sys.folders('nowhere'), { name: 'AbsentError' });
  assert.equal(sys.look('box/link')?.inode, sys.look('box/a')?.inode);
  assert.notEqual(sys.look('box/a')?.inode, sys.look('box/b')?.inode);
  assert.equal(sys.look('nowhere'), undefined);
  assert.equal(sys.folder('nowhere').look(), undefined);
  assert.deepEqual(sys.folder('box').look(), sys.look('box'));
});
