import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rapl } from '../../src/collectors/rapl.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

function zone(directory: string, name: string, energy: string): Files {
  return {
    [`sys/class/powercap/${directory}/name`]: `${name}\n`,
    [`sys/class/powercap/${directory}/energy_uj`]: `${energy}\n`,
  };
}

const FILES = {
  ...zone('intel-rapl:0', 'package-0', '240422366267'),
  ...zone('intel-rapl:0:0', 'dram', '118821284256'),
  ...zone('intel-rapl:1', 'package-1', '1'),
  ...zone('intel-rapl:1:0', 'dram', '2'),
  ...zone('intel-rapl:2', 'package-0-die-1', '3000000'),
  'sys/class/powercap/intel-rapl/enabled': '1\n',
};

test('rapl emits one metric for each zone name', async () => {
  await using machine = await createHostTree(FILES);
  const path = machine.host.sys.path('class/powercap/intel-rapl');
  assert.deepEqual(await collect(rapl, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_rapl_package_joules_total{index="0",path="${path}:0"} 240422.366267`,
      `node_rapl_package_joules_total{index="1",path="${path}:1"} 0.000001`,
      `node_rapl_dram_joules_total{index="0",path="${path}:0:0"} 118821.284256`,
      `node_rapl_dram_joules_total{index="1",path="${path}:1:0"} 0.000002`,
      `node_rapl_package_0_die_1_joules_total{index="0",path="${path}:2"} 3`,
    ],
  });
});

test('rapl emits the zone as a label with enable-zone-label', async () => {
  await using machine = await createHostTree(zone('intel-rapl:0', 'package-0', '5000000'));
  const path = machine.host.sys.path('class/powercap/intel-rapl:0');
  assert.deepEqual((await collect(rapl, machine.host, { 'collector.rapl.enable-zone-label': true })).lines, [
    `node_rapl_joules_total{index="0",path="${path}",rapl_zone="package"} 5`,
  ]);
});

test('rapl is absent where only root may read the energy', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /energy_uj$/, 'EACCES');
  assert.deepEqual(await collect(rapl, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('rapl drops a damaged zone and keeps the others', async () => {
  await using machine = await createHostTree({
    ...zone('intel-rapl:0', 'psys', 'x'),
    ...zone('intel-rapl:1', 'psys', '7'),
  });
  const { state, errors, lines } = await collect(rapl, machine.host);
  const path = machine.host.sys.path('class/powercap/intel-rapl:1');
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /sys/class/powercap/intel-rapl:0/energy_uj: expected an integer, got "x"']);
  assert.deepEqual(lines, [`node_rapl_psys_joules_total{index="1",path="${path}"} 0.000007`]);
});

test('rapl is absent where /sys/class/powercap is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(rapl, machine.host), { state: 'absent', errors: [], lines: [] });
});
