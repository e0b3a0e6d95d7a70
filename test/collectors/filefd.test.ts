import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filefd } from '../../src/collectors/filefd.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('filefd emits the allocated file handles and their limit', async () => {
  await using machine = await createHostTree({ 'proc/sys/fs/file-nr': '1380\t0\t9223372036854775807\n' });
  assert.deepEqual(await collect(filefd, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_filefd_allocated 1380', 'node_filefd_maximum 9223372036854776000'],
  });
});

test('filefd fails if the file is malformed', async () => {
  await using machine = await createHostTree({ 'proc/sys/fs/file-nr': '1380\n' });
  assert.deepEqual(await collect(filefd, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/sys/fs/file-nr: expected three numbers in "1380\\n"'],
    lines: [],
  });
});

test('filefd is absent without /proc/sys/fs/file-nr', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(filefd, machine.host), { state: 'absent', errors: [], lines: [] });
});
