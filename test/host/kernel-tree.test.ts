import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AbsentError, type Host, type Parse } from '../../src/host/host.ts';
import { KERNEL_FILE_LIMIT } from '../../src/host/read-sync.ts';
import { parseNumberFile, splitLines } from '../../src/parse/lines.ts';
import { parseRows } from '../../src/parse/rows.ts';
import { createHostTree, type HostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const asIs = (text: string): string => text;

const LENGTHS = [0, 5, 1023, 1024, 2047, 2048, 4096, 4097, 65_536, 200_000];
const PROC_PATHS = ['a', 'net/a', 'stat', 'sys/a', '1/a'];
const SYS_PATHS = ['class/a', 'fs/cgroup/a', 'fs/cgroup/cgroup.procs', 'kernel/debug/a'];

test('KernelTree.read() passes the whole text to the parser, whatever the kind of file', async () => {
  for (const length of LENGTHS) {
    const text = '0123456789'.repeat(20_000).slice(0, length);
    const files = [...PROC_PATHS.map((path) => `proc/${path}`), ...SYS_PATHS.map((path) => `sys/${path}`)];
    await using machine = await createHostTree(Object.fromEntries(files.map((file) => [file, text])));
    const { proc, sys } = machine.host;
    for (const path of PROC_PATHS) assert.ok(proc.read(path, asIs) === text, `${path}: ${length} bytes`);
    for (const path of SYS_PATHS) assert.ok(sys.read(path, asIs) === text, `${path}: ${length} bytes`);
  }
});

test('KernelTree.read() replaces a run of bytes that are not UTF-8 by one U+FFFD', async () => {
  await using machine = await createHostTree({ 'sys/name': Buffer.from([0x61, 0xff, 0xfe, 0x0a]) });
  assert.equal(machine.host.sys.read('name', asIs), 'a\uFFFD\n');
});

test('KernelTree.read() throws an AbsentError for an absent file', async () => {
  await using machine = await createHostTree({ 'proc/file': '' });
  const { proc } = machine.host;
  const message = `Cannot find ${machine.root}/proc/nothing: ENOENT`;
  assert.throws(() => proc.read('nothing', asIs), { name: 'AbsentError', message });
  // The second read does not open the file. It only checks whether the path exists.
  assert.throws(() => proc.read('nothing', asIs), { name: 'AbsentError', message });
  assert.throws(() => proc.read('file/below', asIs), AbsentError);
  await machine.write({ 'proc/nothing': 'something' });
  assert.equal(proc.read('nothing', asIs), 'something');
});

test('KernelTree.read() names the file that cannot be read', async () => {
  await using machine = await createHostTree({ 'proc/directory/': '' });
  assert.throws(() => machine.host.proc.read('directory', asIs), {
    name: 'ReadError',
    code: 'EISDIR',
    message: `Cannot read ${join(machine.root, 'proc/directory')}: is a directory`,
  });
});

test('KernelTree.read() names the file that cannot be parsed', async () => {
  await using machine = await createHostTree({ 'proc/number': 'many\n' });
  assert.throws(() => machine.host.proc.read('number', parseNumberFile), {
    name: 'SyntaxError',
    message: `Cannot parse ${join(machine.root, 'proc/number')}: expected a number, got "many"`,
  });
});

test('KernelTree.read() stops at the size limit of a file without an end', async () => {
  await using machine = await createHostTree({ 'proc/zero': { link: '/dev/zero' } });
  assert.throws(() => machine.host.proc.read('zero', asIs), {
    message: `Cannot read ${join(machine.root, 'proc/zero')}: larger than ${KERNEL_FILE_LIMIT} bytes`,
  });
});

test('KernelTree.read() does not wait for the writer of a FIFO', async () => {
  await using machine = await createHostTree({});
  execFileSync('mkfifo', [join(machine.root, 'proc/fifo')]);
  assert.throws(() => machine.host.proc.read('fifo', asIs), {
    name: 'ReadError',
    message: `Cannot read ${join(machine.root, 'proc/fifo')}: illegal seek`,
  });
});

test('KernelTree.readIfPresent() returns undefined for an absent file, and throws all other errors', async () => {
  await using machine = await createHostTree({ 'sys/number': '17\n', 'sys/words': 'many\n', 'sys/directory/': '' });
  const { sys } = machine.host;
  assert.equal(sys.readIfPresent('number', parseNumberFile), 17);
  for (const path of ['nothing', 'nothing', 'number/below', 'nowhere/nothing']) {
    assert.equal(sys.readIfPresent(path, parseNumberFile), undefined, path);
  }
  assert.throws(() => sys.readIfPresent('words', parseNumberFile), SyntaxError);
  assert.throws(() => sys.readIfPresent('directory', asIs), { name: 'ReadError', code: 'EISDIR' });
});

test('KernelTree.readIfPresent() returns undefined for the ignored codes', async () => {
  await using machine = await createHostTree({ 'sys/directory/': '' });
  const { sys } = machine.host;
  const codes = new Set(['EIO', 'EISDIR']);
  assert.equal(sys.readIfPresent('directory', asIs, { ignoreErrno: codes }), undefined);
  assert.throws(() => sys.readIfPresent('directory', asIs, { ignoreErrno: new Set(['EIO']) }), { code: 'EISDIR' });
});

test('KernelTree.list() returns the names in order', async () => {
  await using machine = await createHostTree({ 'sys/class/b': '', 'sys/class/a:1': '', 'sys/class/a b': '' });
  const { sys } = machine.host;
  assert.deepEqual(sys.list('class'), ['a b', 'a:1', 'b']);
  assert.throws(() => sys.list('nothing'), AbsentError);
});

test('KernelTree.listIfPresent() returns no names for an absent directory', async () => {
  await using machine = await createHostTree({ 'sys/class/a': '', 'sys/file': '' });
  const { sys } = machine.host;
  assert.deepEqual(sys.listIfPresent('class'), ['a']);
  assert.deepEqual(sys.listIfPresent('nothing'), []);
  await machine.write({ 'sys/nothing/a': '' });
  assert.deepEqual(sys.listIfPresent('nothing'), ['a']);
});

test('KernelTree.listDirectories() leaves out files and symbolic links', async () => {
  await using machine = await createHostTree({
    'sys/box/b/': '',
    'sys/box/a/': '',
    'sys/box/file': '',
    'sys/box/link': { link: 'a' },
  });
  const { sys } = machine.host;
  assert.deepEqual(sys.listDirectories('box'), ['a', 'b']);
  assert.throws(() => sys.listDirectories('nowhere'), AbsentError);
});

test('KernelTree.stat() follows symbolic links', async () => {
  await using machine = await createHostTree({ 'sys/a/': '', 'sys/b/': '', 'sys/link': { link: 'a' }, 'sys/c': 'abc' });
  const { sys } = machine.host;
  assert.deepEqual(sys.stat('link'), sys.stat('a'));
  assert.notEqual(sys.stat('a')?.inode, sys.stat('b')?.inode);
  assert.equal(sys.stat('c')?.size, 3);
  assert.equal(sys.stat('nowhere'), undefined);
});

test('KernelTree.exists() follows symbolic links', async () => {
  await using machine = await createHostTree({ 'sys/here': '', 'sys/broken': { link: 'nowhere' } });
  assert.equal(machine.host.sys.exists('here'), true);
  assert.equal(machine.host.sys.exists('broken'), false);
});

test('KernelTree.readlink() returns the target of a symbolic link as written', async () => {
  await using machine = await createHostTree({ 'sys/class/eth0': { link: '../devices/eth0' }, 'sys/class/file': '' });
  const { sys } = machine.host;
  assert.equal(sys.readlink('class/eth0'), '../devices/eth0');
  assert.equal(sys.readlink('class/eth1'), undefined);
  // A copy of sysfs has a file or a directory in place of a link.
  assert.equal(sys.readlink('class/file'), undefined);
  assert.equal(sys.readlink('class'), undefined);
});

test('KernelTree.realpath() follows every symbolic link of a path', async () => {
  await using machine = await createHostTree({
    'sys/devices/pci/eth0/address': '',
    'sys/class/eth0': { link: '../devices/pci/eth0' },
    'sys/class/broken': { link: 'nowhere' },
  });
  assert.equal(machine.host.sys.realpath('class/eth0/address'), join(machine.root, 'sys/devices/pci/eth0/address'));
  assert.equal(machine.host.sys.realpath('class/broken'), undefined);
});

/** Returns a host as a collector receives it, and the messages of the errors that the host reports. */
function createRun(tree: HostTree): { host: Host; messages: string[] } {
  const messages: string[] = [];
  const host = tree.host.forCollector(({ message }) => messages.push(message.replaceAll(tree.root, '')));
  return { host, messages };
}

test('KernelTree.readIfPresent() of a collector reports what cannot be read or parsed, and goes on', async (context) => {
  await using tree = await createHostTree({
    'sys/good': '1\n',
    'sys/nan': 'x\n',
    'sys/refused': '2\n',
    'sys/secret': '3\n',
  });
  failReads(context, /refused$/, 'EPROTO');
  const { host, messages } = createRun(tree);
  const names = ['good', 'nan', 'refused', 'gone'];
  assert.deepEqual(
    names.map((name) => host.sys.readIfPresent(name, parseNumberFile)),
    [1, undefined, undefined, undefined],
  );
  const directory = host.sys.directory('.');
  assert.deepEqual(
    names.map((name) => directory.readIfPresent(name, parseNumberFile)),
    [1, undefined, undefined, undefined],
  );
  assert.deepEqual(
    names.map((name) => directory.readNumberIfPresent(name, parseNumberFile)),
    [1, undefined, undefined, undefined],
  );
  const about = (path: string): string[] => [
    `Cannot parse /sys/${path}nan: expected a number, got "x"`,
    `Cannot read /sys/${path}refused: protocol error`,
  ];
  assert.deepEqual(messages, [...about(''), ...about('./'), ...about('./')]);
});

test('KernelTree.readIfPresent() reports nothing for the codes of an attribute of sysfs without a value', async (context) => {
  await using tree = await createHostTree({ 'sys/temp': '1\n', 'proc/temp': '1\n' });
  for (const code of ['EAGAIN', 'EINVAL', 'ENODATA', 'EACCES', 'EPERM', 'ENXIO', 'ENODEV', 'EOPNOTSUPP']) {
    await context.test(code, (inner) => {
      failReads(inner, /temp$/, code);
      const { host, messages } = createRun(tree);
      assert.equal(host.sys.readIfPresent('temp', parseNumberFile), undefined);
      assert.deepEqual(messages, []);
    });
  }
  await context.test('EINVAL of procfs', (inner) => {
    failReads(inner, /temp$/, 'EINVAL');
    const { host, messages } = createRun(tree);
    assert.equal(host.proc.readIfPresent('temp', parseNumberFile), undefined);
    assert.deepEqual(messages, ['Cannot read /proc/temp: invalid argument']);
  });
});

test('KernelTree.readIfPresent() takes a write-only attribute for absent', async (context) => {
  await using tree = await createHostTree({ 'sys/reset': '', 'sys/value': '' });
  await chmod(join(tree.root, 'sys/reset'), 0o200);
  failReads(context, /(reset|value)$/, 'EIO');
  const { host, messages } = createRun(tree);
  host.sys.readIfPresent('reset', asIs);
  host.sys.readIfPresent('value', asIs);
  assert.deepEqual(messages, ['Cannot read /sys/value: input/output error']);
});

test('KernelTree.listIfPresent() and readlink() of a collector report what cannot be read, and go on', async () => {
  await using tree = await createHostTree({ 'sys/file': '', 'sys/directory/a': '' });
  await symlink('loop', join(tree.root, 'sys/loop'));
  const { host, messages } = createRun(tree);
  assert.deepEqual(host.sys.listIfPresent('directory'), ['a']);
  assert.deepEqual(host.sys.listIfPresent('gone'), []);
  assert.equal(host.sys.readlink('loop/a'), undefined);
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? '', /^Cannot read \/sys\/loop\/a: /);
});

test('KernelTree.read() of a collector reports the first rows that the parser leaves out', async () => {
  await using tree = await createHostTree({ 'proc/table': 'a\n'.repeat(20) });
  const { host, messages } = createRun(tree);
  const parse: Parse<number> = (text, report) => parseRows(splitLines(text), parseNumberFile, report).length;
  assert.equal(host.proc.read('table', parse), 0);
  assert.deepEqual(messages, new Array(5).fill('Cannot parse /proc/table: expected a number, got "a"'));
  // Without a collector, the read throws an error for the first malformed row.
  assert.throws(() => tree.host.proc.read('table', parse), { name: 'SyntaxError' });
});

test('KernelTree.readLatin1() returns one character for each byte', async () => {
  await using tree = await createHostTree({ 'proc/bytes': Buffer.from([0x61, 0xe9, 0xff, 0x0a]) });
  assert.equal(tree.host.proc.readLatin1('bytes', asIs), 'a\u00e9\u00ff\n');
  assert.throws(() => tree.host.proc.readLatin1('gone', asIs), AbsentError);
});
