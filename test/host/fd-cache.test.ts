import assert from 'node:assert/strict';
import { readdirSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FdCache } from '../../src/host/fd-cache.ts';
import { readUncached } from '../../src/host/read-sync.ts';
import { systemError } from '../support/mock-reads.ts';
import { replaceOpen } from '../support/replace-open.ts';

interface TestDirectory extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string): Promise<void>;
  /** Sets the modification time of the directory to the distant past. */
  makeOld(): Promise<void>;
  /** Sets the modification time of the directory to the present, and stops the clock until the end of the test. */
  makeNew(context: TestContext): Promise<void>;
}

async function createDirectory(files: Readonly<Record<string, string>>): Promise<TestDirectory> {
  const root = await mkdtemp(join(tmpdir(), 'cache-'));
  const path = join(root, 'directory');
  await mkdir(path);
  const directory: TestDirectory = {
    path,
    write: (name, text) => writeFile(join(path, name), text),
    makeOld: () => utimes(path, 1_000_000_000, 1_000_000_000),
    makeNew: async (context) => {
      const now = Date.now();
      context.mock.timers.enable({ apis: ['Date'], now });
      await utimes(path, new Date(now), new Date(now));
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) await directory.write(name, text);
  await directory.makeOld();
  return directory;
}

function text(descriptor: number): string {
  const buffer = Buffer.alloc(100);
  return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
}

type Reader = (descriptor: number) => string;

interface ReadSettings {
  readonly reader?: Reader;
  readonly isStable?: boolean;
}

/** Starts a pass and reads a file through the cache. */
function read(
  cache: FdCache,
  { path }: { readonly path: string },
  name: string,
  { reader = text, isStable = false }: ReadSettings = {},
): string {
  cache.nextPass();
  const directory = cache.validate(`${path}/`, isStable);
  return directory === undefined ? readUncached(`${path}/${name}`, reader) : cache.read(directory, name, reader);
}

test('FdCache.read() keeps a file open and reads its present text', async () => {
  await using directory = await createDirectory({ a: 'one' });
  const cache = new FdCache(10);
  assert.equal(read(cache, directory, 'a'), 'one');
  await directory.write('a', 'two');
  assert.equal(read(cache, directory, 'a'), 'two');
  assert.equal(cache.count, 1);
});

test('FdCache.read() opens a file that replaced another one', async () => {
  await using directory = await createDirectory({ a: 'one', b: 'two' });
  const cache = new FdCache(10);
  read(cache, directory, 'a');
  await rename(join(directory.path, 'b'), join(directory.path, 'a'));
  assert.equal(read(cache, directory, 'a'), 'two');
});

test('FdCache.read() opens the file of a directory that replaced another one', async () => {
  await using one = await createDirectory({ a: 'one' });
  await using two = await createDirectory({ a: 'two' });
  const link = { path: `${one.path}-link` };
  await symlink(one.path, link.path);
  const cache = new FdCache(10);
  assert.equal(read(cache, link, 'a'), 'one');
  await unlink(link.path);
  await symlink(two.path, link.path);
  assert.equal(read(cache, link, 'a'), 'two');
});

test('FdCache.read() throws ENOENT for a removed file or directory, and closes the file', async () => {
  await using directory = await createDirectory({ a: 'one', b: 'two' });
  const cache = new FdCache(10);
  read(cache, directory, 'a');
  read(cache, directory, 'b');
  await unlink(join(directory.path, 'a'));
  assert.throws(() => read(cache, directory, 'a'), { code: 'ENOENT' });
  assert.equal(cache.count, 0);
  await directory.makeOld();
  read(cache, directory, 'b');
  await rm(directory.path, { recursive: true });
  assert.throws(() => read(cache, directory, 'b'), { code: 'ENOENT' });
  assert.equal(cache.count, 0);
});

test('FdCache.validate() does not cache a directory that has just changed', async (context) => {
  await using directory = await createDirectory({ a: 'one' });
  await directory.makeNew(context);
  const cache = new FdCache(10);
  assert.equal(read(cache, directory, 'a'), 'one');
  assert.equal(cache.count, 0);
});

test('FdCache.read() opens a file again, once, when reading the open file fails', async () => {
  await using directory = await createDirectory({ a: 'one' });
  const cache = new FdCache(10);
  let reads = 0;
  const failing = (failures: number) => (descriptor: number) => {
    reads += 1;
    if (reads <= failures) throw new Error('ENODEV');
    return text(descriptor);
  };
  read(cache, directory, 'a');
  assert.equal(read(cache, directory, 'a', { reader: failing(1) }), 'one');
  assert.deepEqual([reads, cache.count], [2, 1]);
  reads = 0;
  assert.throws(() => read(cache, directory, 'a', { reader: failing(9) }), { message: 'ENODEV' });
  assert.deepEqual([reads, cache.count], [2, 0]);
});

test('FdCache.read() keeps a file open that has no value now', async () => {
  await using directory = await createDirectory({ a: 'one' });
  const cache = new FdCache(10);
  let reads = 0;
  const refused = (): never => {
    reads += 1;
    throw Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' });
  };
  assert.throws(() => read(cache, directory, 'a', { reader: refused }), { code: 'EINVAL' });
  assert.throws(() => read(cache, directory, 'a', { reader: refused }), { code: 'EINVAL' });
  assert.deepEqual([reads, cache.count], [2, 1]);
  assert.equal(read(cache, directory, 'a'), 'one');
});

test('FdCache.validate() checks a stable directory once', async (context) => {
  await using directory = await createDirectory({ a: 'one', b: 'two' });
  await directory.makeNew(context);
  const cache = new FdCache(10);
  assert.equal(read(cache, directory, 'a', { isStable: true }), 'one');
  await rename(join(directory.path, 'b'), join(directory.path, 'a'));
  assert.equal(read(cache, directory, 'a', { isStable: true }), 'one');
  assert.equal(cache.count, 1);
});

test('FdCache.read() keeps at most as many files open as the limit, and leaks no descriptor', async () => {
  await using directory = await createDirectory({ a: '1', b: '2', c: '3' });
  const openBefore = readdirSync('/proc/self/fd').length;
  const cache = new FdCache(2);
  for (let round = 0; round < 20; round += 1) {
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => read(cache, directory, name)),
      ['1', '2', '3'],
    );
  }
  assert.equal(cache.count, 2);
  assert.equal(readdirSync('/proc/self/fd').length, openBefore + 2);
});

test('FdCache.read() uses no descriptor of a directory that was closed', async (context) => {
  await using directory = await createDirectory({ a: 'one' });
  await using other = await createDirectory({ b: 'external' });
  const cache = new FdCache(10);
  read(cache, directory, 'a');
  const path = `${directory.path}/`;
  const before = cache.validate(path, false);
  assert.ok(before);
  await directory.makeNew(context);
  cache.nextPass();
  assert.equal(cache.validate(path, false), undefined);
  // The kernel assigns the number of the closed descriptor to this file.
  read(cache, other, 'b');
  assert.equal(cache.read(before, 'a', text), 'one');
  assert.equal(cache.count, 1);
});

test('FdCache.nextPass() closes a directory that no pass has used for long', async () => {
  await using directory = await createDirectory({ a: 'one' });
  const cache = new FdCache(10);
  read(cache, directory, 'a');
  for (let pass = 0; pass < 10; pass += 1) cache.nextPass();
  assert.equal(cache.count, 1);
  cache.nextPass();
  assert.equal(cache.count, 0);
});

test('FdCache.isStillAbsent() returns true until the path exists or cannot be checked', async () => {
  await using directory = await createDirectory({});
  const cache = new FdCache();
  const path = join(directory.path, 'thing');
  assert.equal(cache.isStillAbsent(path), false);
  cache.rememberAbsent(path);
  assert.equal(cache.isStillAbsent(path), true);
  await directory.write('thing', '');
  assert.equal(cache.isStillAbsent(path), false);
  cache.rememberAbsent(join(path, 'below'));
  assert.equal(cache.isStillAbsent(join(path, 'below')), true);
  await symlink('loop', join(directory.path, 'loop'));
  cache.rememberAbsent(join(directory.path, 'loop'));
  assert.equal(cache.isStillAbsent(join(directory.path, 'loop')), false);
  await unlink(path);
  assert.equal(cache.isStillAbsent(path), false);
});

test('FdCache.nextPass() closes the files if the process needs their descriptors', async () => {
  await using directory = await createDirectory({ a: 'one', b: 'two', c: 'three' });
  let spare = 100;
  const cache = new FdCache(10, () => spare);
  for (const name of ['a', 'b', 'c']) read(cache, directory, name);
  assert.equal(cache.count, 3);
  spare = -1;
  cache.nextPass();
  assert.equal(cache.count, 0);
  spare = 2;
  for (const name of ['a', 'b', 'c']) assert.ok(read(cache, directory, name));
  assert.equal(cache.count, 3);
  spare = 0;
  cache.nextPass();
  assert.equal(cache.count, 3);
});

test('FdCache.read() closes all cached files if the process has no free descriptor', async (context) => {
  await using directory = await createDirectory({ a: 'one', b: 'two' });
  const cache = new FdCache(10, () => 10);
  assert.equal(read(cache, directory, 'a'), 'one');
  let isFull = true;
  replaceOpen(context, {
    beforeOpenSync: () => {
      if (isFull) {
        isFull = false;
        throw systemError('EMFILE', 'b');
      }
    },
    open: (_path, _callback, next) => next(),
  });
  assert.equal(read(cache, directory, 'b'), 'two');
  assert.equal(cache.count, 0);
});
