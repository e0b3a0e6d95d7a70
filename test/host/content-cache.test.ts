import assert from 'node:assert/strict';
import type { Stats } from 'node:fs';
import { test } from 'node:test';
import { ContentCache } from '../../src/host/content-cache.ts';

const MIB = 1024 * 1024;

/** What stat(2) says of a file that was last changed long ago. */
function stats(changes: Partial<Stats> = {}): Stats {
  return { dev: 1, ino: 2, size: 3, mtimeMs: 1000, ctimeMs: 1000, ...changes } as Stats;
}

test('KnownTexts knows what a file said as long as it is the same', () => {
  const known = new ContentCache();
  known.keep('/a', stats(), 'one');
  assert.equal(known.find('/a', stats()), 'one');
  assert.equal(known.find('/b', stats()), undefined);
  for (const change of [{ dev: 9 }, { ino: 9 }, { size: 9 }, { mtimeMs: 9 }, { ctimeMs: 9 }]) {
    assert.equal(known.find('/a', stats(change)), undefined, JSON.stringify(change));
  }
  known.keep('/a', stats({ ino: 9 }), 'two');
  assert.equal(known.find('/a', stats({ ino: 9 })), 'two');
});

test('KnownTexts keeps nothing of a file that may change without a new time stamp', () => {
  const known = new ContentCache();
  const changed = stats({ ctimeMs: Date.now() + 60_000 });
  known.keep('/a', changed, 'one');
  assert.equal(known.find('/a', changed), undefined);
});

test('KnownTexts forgets first what nobody has asked for the longest', () => {
  const known = new ContentCache();
  const third = stats({ size: MIB / 3 });
  for (const path of ['/a', '/b', '/c']) known.keep(path, third, path);
  known.find('/a', third);
  known.keep('/d', third, '/d');
  assert.deepEqual(
    ['/a', '/b', '/c', '/d'].map((path) => known.find(path, third)),
    ['/a', undefined, '/c', '/d'],
  );
  known.keep('/large', stats({ size: MIB + 1 }), 'large');
  assert.equal(known.find('/large', stats({ size: MIB + 1 })), undefined);
});
