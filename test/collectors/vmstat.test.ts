import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vmstat } from '../../src/collectors/vmstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const VMSTAT =
  'nr_free_pages 977769\npgpgin 7344136\npswpout 9\npgfault 133629834\npgmajfault 5\noom_kill 1\nthp_x 2\n';

test('vmstat emits faults, paging, swapping and OOM kills', async () => {
  await using machine = await createHostTree({ 'proc/vmstat': VMSTAT });
  assert.deepEqual(await collect(vmstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_vmstat_pgpgin 7344136',
      'node_vmstat_pswpout 9',
      'node_vmstat_pgfault 133629834',
      'node_vmstat_pgmajfault 5',
      'node_vmstat_oom_kill 1',
    ],
  });
});

test('vmstat emits the fields that a flag matches, and all fields for an empty pattern', async () => {
  await using machine = await createHostTree({ 'proc/vmstat': VMSTAT });
  const named = await collect(vmstat, machine.host, { 'collector.vmstat.fields': /^(nr|thp)_/ });
  assert.deepEqual(named.lines, ['node_vmstat_nr_free_pages 977769', 'node_vmstat_thp_x 2']);
  const all = await collect(vmstat, machine.host, { 'collector.vmstat.fields': undefined });
  assert.equal(all.lines.length, 7);
});

test('vmstat is absent where /proc/vmstat is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(vmstat, machine.host), { state: 'absent', errors: [], lines: [] });
});
