import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersOf } from '../src/mount-answers.ts';
import { parseMountinfo } from '../src/parse/mountinfo.ts';

/** What answers for each of the mounts, written as id, parent and type. */
function answers(...mounts: readonly [id: number, parent: number, type: string][]): string[] {
  const table = parseMountinfo(
    mounts.map(([id, parent, type]) => `${id} ${parent} 0:${id} / /${id} rw - ${type} source rw\n`).join(''),
  );
  return table.map(answersOf(table));
}

test('answersOf() lets the kernel answer from memory for ext4 and tmpfs only', () => {
  assert.deepEqual(answers([1, 0, 'ext4'], [2, 1, 'tmpfs'], [3, 1, 'xfs'], [4, 1, 'btrfs'], [5, 1, 'vfat']), [
    ...['memory', 'memory', 'disk', 'disk', 'disk'],
  ]);
});

test('answersOf() expects anything of a network, a program and what it does not know', () => {
  assert.deepEqual(answers([1, 0, 'ext4'], [2, 1, 'nfs4'], [3, 1, 'fuse.sshfs'], [4, 1, 'fuse'], [5, 1, 'newfs']), [
    ...['memory', 'others', 'others', 'others', 'others'],
  ]);
});

test('answersOf() expects anything of what is mounted below a network or a program', () => {
  assert.deepEqual(answers([5, 3, 'tmpfs'], [1, 1, 'overlay'], [2, 1, 'autofs'], [3, 2, 'ext4'], [4, 1, 'ext4']), [
    ...['others', 'disk', 'others', 'others', 'memory'],
  ]);
});
