import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatfsClassifier } from '../../../src/collectors/filesystem/blocking-mounts.ts';
import { parseMountinfo } from '../../../src/parse/mountinfo.ts';

/** What answers on each mount point, later ones mounted upon earlier ones. */
function answers(...mounts: readonly [mountPoint: string, type: string][]): string[] {
  const lines = mounts.map(
    ([point, type], index) => `${index + 2} ${index + 1} 0:1 / ${point} rw - ${type} source rw\n`,
  );
  const answersOn = createStatfsClassifier(parseMountinfo(lines.join('')));
  return mounts.map(([point]) => answersOn(point));
}

test('createStatfsClassifier() lets the kernel answer from memory for ext4 and tmpfs only', () => {
  assert.deepEqual(answers(['/', 'ext4'], ['/a', 'tmpfs'], ['/b', 'xfs'], ['/c', 'btrfs'], ['/d', 'vfat']), [
    ...['memory', 'memory', 'disk', 'disk', 'disk'],
  ]);
});

test('createStatfsClassifier() expects anything of a network, a program and what it does not know', () => {
  assert.deepEqual(answers(['/', 'ext4'], ['/a', 'nfs4'], ['/b', 'fuse.sshfs'], ['/c', 'fuse'], ['/d', 'newfs']), [
    ...['memory', 'others', 'others', 'others', 'others'],
  ]);
});

test('createStatfsClassifier() expects anything of what is mounted below a network or a program', () => {
  assert.deepEqual(
    answers(['/', 'overlay'], ['/net', 'autofs'], ['/net/a', 'ext4'], ['/net/a/b', 'tmpfs'], ['/netz', 'ext4']),
    [...['disk', 'others', 'others', 'others', 'memory']],
  );
});

test('createStatfsClassifier() goes by the upper of two mounts on one mount point', () => {
  assert.deepEqual(answers(['/', 'ext4'], ['/a', 'ext4'], ['/a', 'fuse']), ['memory', 'others', 'others']);
});

test('createStatfsClassifier() goes by the mount that a path is in, and knows nothing without a table', () => {
  const table = parseMountinfo('1 0 8:1 / / rw - ext4 d rw\n2 1 0:9 / /host rw - fuse.bindfs d rw\n');
  assert.deepEqual(['/var/lib', '/host/var/lib', '/hosts'].map(createStatfsClassifier(table)), ['memory', 'others', 'memory']);
  assert.equal(createStatfsClassifier([])('/'), 'others');
});
