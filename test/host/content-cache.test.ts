import assert from 'node:assert/strict';
import type { Stats } from 'node:fs';
import { test } from 'node:test';
import { ContentCache } from '../../src/host/content-cache.ts';

const MIB = 1024 * 1024;

/** Returns the result of stat(2) for a file that has not changed for a long time. */
function stats(changes: Partial<Stats> = {}): Stats {
  return { dev: 1, ino: 2, size: 3, mtimeMs: 1000, ctimeMs: 1000, ...changes } as Stats;
}

test('ContentCache.get() returns the text of a file that has not changed', () => {
  const cache = new ContentCache();
  cache.set('/a', stats(), 'one');
  assert.equal(cache.get('/a', stats()), 'one');
  assert.equal(cache.get('/b', stats()), undefined);
  for (const change of [{ dev: 9 }, { ino: 9 }, { size: 9 }, { mtimeMs: 9 }, { ctimeMs: 9 }]) {
    assert.equal(cache.get('/a', stats(change)), undefined, JSON.stringify(change));
  }
  cache.set('/a', stats({ ino: 9 }), 'two');
  assert.equal(cache.get('/a', stats({ ino: 9 })), 'two');
});

test('ContentCache does not hold a file that may change without a new time stamp', (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const cache = new ContentCache();
  for (const ctimeMs of [999_001, 1_000_000, 1_000_999]) {
    cache.set('/a', stats({ ctimeMs }), 'one');
    assert.equal(cache.get('/a', stats({ ctimeMs })), undefined, String(ctimeMs));
  }
});

test('ContentCache holds a file that changed before the clock was set back', (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const cache = new ContentCache();
  cache.set('/a', stats({ ctimeMs: 1_001_000 }), 'one');
  assert.equal(cache.get('/a', stats({ ctimeMs: 1_001_000 })), 'one');
});

test('ContentCache drops the least recently used files beyond 1 MiB', () => {
  const cache = new ContentCache();
  const third = stats({ size: MIB / 3 });
  for (const path of ['/a', '/b', '/c']) cache.set(path, third, path);
  cache.get('/a', third);
  cache.set('/d', third, '/d');
  assert.deepEqual(
    ['/a', '/b', '/c', '/d'].map((path) => cache.get(path, third)),
    ['/a', undefined, '/c', '/d'],
  );
  cache.set('/large', stats({ size: MIB + 1 }), 'large');
  assert.equal(cache.get('/large', stats({ size: MIB + 1 })), undefined);
});
