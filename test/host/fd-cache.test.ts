import assert from 'node:assert/strict';
import { readdirSync, readSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FdCache } from '../../src/host/fd-cache.ts';
import { readUncached } from '../../src/host/read-sync.ts';

interface Folder extends AsyncDisposable {
  readonly path: string;
  write(name: string, text: string): Promise<void>;
  /** Makes it look as if nothing had been put in or taken out for a while. */
  settle(): Promise<void>;
  /** Makes it look as if something had been put in just now, however long the test takes. */
  stir(): Promise<void>;
}

async function createFolder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const root = await mkdtemp(join(tmpdir(), 'cache-'));
  const path = join(root, 'folder');
  await mkdir(path);
  const folder: Folder = {
    path,
    write: (name, text) => writeFile(join(path, name), text),
    settle: () => utimes(path, 1_000_000_000, 1_000_000_000),
    stir: () => utimes(path, new Date(), new Date(Date.now() + 3_600_000)),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  await folder.settle();
  return folder;
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

/** Starts a pass and reads a file as a tree does. */
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

test('FdCache keeps a file open and reads what it says now', async () => {
  await using folder = await createFolder({ a: 'one' });
  const cache = new FdCache(10);
  assert.equal(read(cache, folder, 'a'), 'one');
  await folder.write('a', 'two');
  assert.equal(read(cache, folder, 'a'), 'two');
  assert.equal(cache.count, 1);
});

test('FdCache opens anew what was put in the place of a file', async () => {
  await using folder = await createFolder({ a: 'one', b: 'two' });
  const cache = new FdCache(10);
  read(cache, folder, 'a');
  await rename(join(folder.path, 'b'), join(folder.path, 'a'));
  assert.equal(read(cache, folder, 'a'), 'two');
});

test('FdCache opens anew when another folder has the name', async () => {
  await using one = await createFolder({ a: 'one' });
  await using two = await createFolder({ a: 'two' });
  const link = { path: `${one.path}-link` };
  await symlink(one.path, link.path);
  const cache = new FdCache(10);
  assert.equal(read(cache, link, 'a'), 'one');
  await unlink(link.path);
  await symlink(two.path, link.path);
  assert.equal(read(cache, link, 'a'), 'two');
});

test('FdCache says that a file or a folder is gone, and closes what was open', async () => {
  await using folder = await createFolder({ a: 'one', b: 'two' });
  const cache = new FdCache(10);
  read(cache, folder, 'a');
  read(cache, folder, 'b');
  await unlink(join(folder.path, 'a'));
  assert.throws(() => read(cache, folder, 'a'), { code: 'ENOENT' });
  assert.equal(cache.count, 0);
  await folder.settle();
  read(cache, folder, 'b');
  await rm(folder.path, { recursive: true });
  assert.throws(() => read(cache, folder, 'b'), { code: 'ENOENT' });
  assert.equal(cache.count, 0);
});

test('FdCache keeps nothing of a folder that has just changed', async () => {
  await using folder = await createFolder({ a: 'one' });
  await folder.stir();
  const cache = new FdCache(10);
  assert.equal(read(cache, folder, 'a'), 'one');
  assert.equal(cache.count, 0);
});

test('FdCache opens a file anew, once, when reading the open one fails', async () => {
  await using folder = await createFolder({ a: 'one' });
  const cache = new FdCache(10);
  let reads = 0;
  const failing = (failures: number) => (descriptor: number) => {
    reads += 1;
    if (reads <= failures) throw new Error('ENODEV');
    return text(descriptor);
  };
  read(cache, folder, 'a');
  assert.equal(read(cache, folder, 'a', { reader: failing(1) }), 'one');
  assert.deepEqual([reads, cache.count], [2, 1]);
  reads = 0;
  assert.throws(() => read(cache, folder, 'a', { reader: failing(9) }), { message: 'ENODEV' });
  assert.deepEqual([reads, cache.count], [2, 0]);
});

test('FdCache keeps a file open of which the kernel says that it has no value now', async () => {
  await using folder = await createFolder({ a: 'one' });
  const cache = new FdCache(10);
  let reads = 0;
  const refused = (): never => {
    reads += 1;
    throw Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' });
  };
  assert.throws(() => read(cache, folder, 'a', { reader: refused }), { code: 'EINVAL' });
  assert.throws(() => read(cache, folder, 'a', { reader: refused }), { code: 'EINVAL' });
  assert.deepEqual([reads, cache.count], [2, 1]);
  assert.equal(read(cache, folder, 'a'), 'one');
});

test('FdCache looks once at a folder that lasts, whenever it changed', async () => {
  await using folder = await createFolder({ a: 'one', b: 'two' });
  await folder.stir();
  const cache = new FdCache(10);
  assert.equal(read(cache, folder, 'a', { isStable: true }), 'one');
  await rename(join(folder.path, 'b'), join(folder.path, 'a'));
  assert.equal(read(cache, folder, 'a', { isStable: true }), 'one');
  assert.equal(cache.count, 1);
});

test('FdCache keeps no more than its limit, and leaks no descriptor', async () => {
  await using folder = await createFolder({ a: '1', b: '2', c: '3' });
  const openBefore = readdirSync('/proc/self/fd').length;
  const cache = new FdCache(2);
  for (let round = 0; round < 20; round += 1) {
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => read(cache, folder, name)),
      ['1', '2', '3'],
    );
  }
  assert.equal(cache.count, 2);
  assert.equal(readdirSync('/proc/self/fd').length, openBefore + 2);
});

test('FdCache reads nothing through a folder that it has closed', async () => {
  await using folder = await createFolder({ a: 'one' });
  await using other = await createFolder({ b: 'external' });
  const cache = new FdCache(10);
  read(cache, folder, 'a');
  const path = `${folder.path}/`;
  const before = cache.validate(path, false);
  assert.ok(before);
  await folder.stir();
  cache.nextPass();
  assert.equal(cache.validate(path, false), undefined);
  // Its descriptor is that of another file now.
  read(cache, other, 'b');
  assert.equal(cache.read(before, 'a', text), 'one');
  assert.equal(cache.count, 1);
});

test('FdCache closes a folder that nobody has asked for in many passes', async () => {
  await using folder = await createFolder({ a: 'one' });
  const cache = new FdCache(10);
  read(cache, folder, 'a');
  for (let pass = 0; pass < 10; pass += 1) cache.nextPass();
  assert.equal(cache.count, 1);
  cache.nextPass();
  assert.equal(cache.count, 0);
});

test('FdCache knows what was absent until it is there', async () => {
  await using folder = await createFolder({});
  const cache = new FdCache();
  const path = join(folder.path, 'thing');
  assert.equal(cache.isStillAbsent(path), false);
  cache.rememberAbsent(path);
  assert.equal(cache.isStillAbsent(path), true);
  await folder.write('thing', '');
  assert.equal(cache.isStillAbsent(path), false);
  cache.rememberAbsent(join(path, 'below'));
  assert.equal(cache.isStillAbsent(join(path, 'below')), true);
  await symlink('loop', join(folder.path, 'loop'));
  cache.rememberAbsent(join(folder.path, 'loop'));
  assert.equal(cache.isStillAbsent(join(folder.path, 'loop')), false);
  await unlink(path);
  assert.equal(cache.isStillAbsent(path), false);
});
