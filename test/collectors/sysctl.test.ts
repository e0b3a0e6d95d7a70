import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sysctl } from '../../src/collectors/sysctl.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'proc/sys/fs/file-nr': '1024\t0\t1631329\n',
  'proc/sys/kernel/threads-max': '7801\n',
  'proc/sys/kernel/seccomp/actions_avail': 'kill_process log allow\n',
  'proc/sys/kernel/empty': '\n',
};

test('sysctl emits several numbers with an index or under their keys', async () => {
  await using machine = await createHostTree(FILES);
  const include = ['kernel.threads-max', 'fs.file-nr', 'fs.file-nr:allocated,free,max', 'fs.file-nr'];
  assert.deepEqual(await collect(sysctl, machine.host, { 'collector.sysctl.include': include }), {
    state: 'ok',
    errors: [],
    lines: [
      'node_sysctl_kernel_threads_max 7801',
      'node_sysctl_fs_file_nr{index="0"} 1024',
      'node_sysctl_fs_file_nr{index="1"} 0',
      'node_sysctl_fs_file_nr{index="2"} 1631329',
      'node_sysctl_fs_file_nr_allocated 1024',
      'node_sysctl_fs_file_nr_free 0',
      'node_sysctl_fs_file_nr_max 1631329',
    ],
  });
});

test('sysctl emits each word of a text as a label', async () => {
  await using machine = await createHostTree(FILES);
  const { lines } = await collect(sysctl, machine.host, {
    'collector.sysctl.include-info': ['kernel.seccomp.actions_avail'],
  });
  assert.deepEqual(lines, [
    'node_sysctl_info{name="kernel.seccomp.actions_avail",value="kill_process",index="0"} 1',
    'node_sysctl_info{name="kernel.seccomp.actions_avail",value="log",index="1"} 1',
    'node_sysctl_info{name="kernel.seccomp.actions_avail",value="allow",index="2"} 1',
  ]);
});

test('sysctl drops a sysctl that is missing, empty or of another length and keeps the others', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(
    await collect(sysctl, machine.host, {
      'collector.sysctl.include': ['kernel.nothing', 'kernel.empty', 'fs.file-nr:one,two', 'kernel.threads-max'],
      'collector.sysctl.include-info': ['kernel.missing'],
    }),
    {
      state: 'failed',
      errors: [
        'Cannot find sysctl kernel.nothing',
        'Cannot emit sysctl kernel.empty: it is empty',
        'Cannot emit sysctl fs.file-nr: it has 3 numbers, but the flag has 2 keys',
        'Cannot find sysctl kernel.missing',
      ],
      lines: ['node_sysctl_kernel_threads_max 7801'],
    },
  );
});

test('sysctl refuses keys that cannot be part of a metric name', async () => {
  assert.throws(
    () => sysctl.create({ 'collector.sysctl.include': ['fs.file-nr:a,,b'], 'collector.sysctl.include-info': [] }),
    {
      message:
        'Bad value "fs.file-nr:a,,b" for flag --collector.sysctl.include: expected keys of letters, digits and underscores',
    },
  );
});

test('sysctl emits nothing when no flag names a sysctl', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(sysctl, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('sysctl emits a number once that several values of the flag select under the same name', async () => {
  await using machine = await createHostTree(FILES);
  const include = ['kernel.threads-max', 'kernel/threads-max', 'fs.file-nr:used,free,max', 'fs.file-nr:used,none,max'];
  assert.deepEqual(await collect(sysctl, machine.host, { 'collector.sysctl.include': include }), {
    state: 'ok',
    errors: [],
    lines: [
      'node_sysctl_kernel_threads_max 7801',
      'node_sysctl_fs_file_nr_used 1024',
      'node_sysctl_fs_file_nr_free 0',
      'node_sysctl_fs_file_nr_max 1631329',
      'node_sysctl_fs_file_nr_none 0',
    ],
  });
});

test('sysctl emits the first of two numbers with the same key and fails', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(sysctl, machine.host, { 'collector.sysctl.include': ['fs.file-nr:used,used,max'] }), {
    state: 'failed',
    errors: [
      'Cannot emit node_sysctl_fs_file_nr_used with the value "0": the series already has the value "1024" of collector sysctl',
    ],
    lines: ['node_sysctl_fs_file_nr_used 1024', 'node_sysctl_fs_file_nr_max 1631329'],
  });
});
