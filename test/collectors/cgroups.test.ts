import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroups } from '../../src/collectors/cgroups.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

test('cgroups emits the number of cgroups and the state of each controller', async () => {
  await using machine = await createHostTree({
    'proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t22\t1\n',
  });
  assert.deepEqual(await collect(cgroups, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_cgroups_cgroups{subsys_name="memory"} 22', 'node_cgroups_enabled{subsys_name="memory"} 1'],
  });
});

test('cgroups is absent without /proc/cgroups', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(cgroups, machine.host), { state: 'absent', errors: [], lines: [] });
});
