import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatfsClassifier } from '../../../src/collectors/filesystem/blocking-mounts.ts';
import { parseMountinfo } from '../../../src/parse/mountinfo.ts';

/** Returns the resource that statfs(2) waits for on each mount point. A later mount covers an earlier one. */
function sources(...mounts: readonly [mountPoint: string, type: string][]): string[] {
  const lines = mounts.map(
    ([point, type], index) => `${index + 2} ${index + 1} 0:1 / ${point} rw - ${type} source rw\n`,
  );
  const classify = createStatfsClassifier(parseMountinfo(lines.join('')));
  return mounts.map(([point]) => classify(point));
}

test('createStatfsClassifier() returns memory only for types such as ext4 and tmpfs', () => {
  assert.deepEqual(sources(['/', 'ext4'], ['/a', 'tmpfs'], ['/b', 'xfs'], ['/c', 'btrfs'], ['/d', 'vfat']), [
    ...['memory', 'memory', 'disk', 'disk', 'disk'],
  ]);
});

test('createStatfsClassifier() returns others for networks, programs and unknown types', () => {
  assert.deepEqual(sources(['/', 'ext4'], ['/a', 'nfs4'], ['/b', 'fuse.sshfs'], ['/c', 'fuse'], ['/d', 'newfs']), [
    ...['memory', 'remote', 'remote', 'remote', 'remote'],
  ]);
});

test('createStatfsClassifier() returns others for mounts below a network or a program', () => {
  assert.deepEqual(
    sources(['/', 'overlay'], ['/net', 'autofs'], ['/net/a', 'ext4'], ['/net/a/b', 'tmpfs'], ['/netz', 'ext4']),
    [...['disk', 'remote', 'remote', 'remote', 'memory']],
  );
});

test('createStatfsClassifier() uses the later of two mounts on one mount point', () => {
  assert.deepEqual(sources(['/', 'ext4'], ['/a', 'ext4'], ['/a', 'fuse']), ['memory', 'remote', 'remote']);
});

test('createStatfsClassifier() uses the mount that contains the path, and returns others without mounts', () => {
  const table = parseMountinfo('1 0 8:1 / / rw - ext4 d rw\n2 1 0:9 / /host rw - fuse.bindfs d rw\n');
  assert.deepEqual(['/var/lib', '/host/var/lib', '/hosts'].map(createStatfsClassifier(table)), [
    'memory',
    'remote',
    'memory',
  ]);
  assert.equal(createStatfsClassifier([])('/'), 'remote');
});
