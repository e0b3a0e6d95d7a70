import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ksmd } from '../../src/collectors/ksmd.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('ksmd emits the files that exist', async () => {
  await using machine = await createHostTree({
    'sys/kernel/mm/ksm/full_scans': '323\n',
    'sys/kernel/mm/ksm/general_profit': '-4096\n',
    'sys/kernel/mm/ksm/pages_sharing': '255\n',
    'sys/kernel/mm/ksm/run': '1\n',
    'sys/kernel/mm/ksm/sleep_millisecs': '20\n',
    'sys/kernel/mm/ksm/smart_scan': '1\n',
  });
  assert.deepEqual(await collect(ksmd, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_ksmd_full_scans_total 323',
      'node_ksmd_general_profit_bytes -4096',
      'node_ksmd_pages_sharing 255',
      'node_ksmd_run 1',
      'node_ksmd_sleep_seconds 0.02',
    ],
  });
});

test('ksmd drops a malformed number and keeps the others', async () => {
  await using machine = await createHostTree({
    'sys/kernel/mm/ksm/run': 'yes\n',
    'sys/kernel/mm/ksm/pages_shared': '1\n',
  });
  assert.deepEqual(await collect(ksmd, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/kernel/mm/ksm/run: expected a number, got "yes"'],
    lines: ['node_ksmd_pages_shared 1'],
  });
});

test('ksmd is absent without /sys/kernel/mm/ksm', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(ksmd, machine.host), { state: 'absent', errors: [], lines: [] });
});
