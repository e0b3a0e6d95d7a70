import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thermalZone } from '../../src/collectors/thermal_zone.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const FILES = {
  'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
  'sys/class/thermal/thermal_zone0/temp': '27800\n',
  'sys/class/thermal/thermal_zone11/type': 'x86_pkg_temp\n',
  'sys/class/thermal/thermal_zone11/temp': '-500\n',
  'sys/class/thermal/cooling_device0/type': 'intel_powerclamp\n',
  'sys/class/thermal/cooling_device0/cur_state': '-1\n',
  'sys/class/thermal/cooling_device0/max_state': '50\n',
};

test('thermal_zone emits zones and cooling devices', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(thermalZone, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_cooling_device_cur_state{name="0",type="intel_powerclamp"} -1',
      'node_cooling_device_max_state{name="0",type="intel_powerclamp"} 50',
      'node_thermal_zone_temp{zone="0",type="acpitz"} 27.8',
      'node_thermal_zone_temp{zone="11",type="x86_pkg_temp"} -0.5',
    ],
  });
});

test('thermal_zone omits a zone without a reading', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /thermal_zone0\/temp$/, 'ENODATA');
  const { state, lines } = await collect(thermalZone, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.at(-1), 'node_thermal_zone_temp{zone="11",type="x86_pkg_temp"} -0.5');
  assert.equal(lines.length, 3);
});

test('thermal_zone drops a damaged attribute and keeps the others', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/thermal/cooling_device0/max_state': 'much\n' });
  assert.deepEqual(await collect(thermalZone, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/thermal/cooling_device0/max_state: expected an integer, got "much"'],
    lines: [
      'node_cooling_device_cur_state{name="0",type="intel_powerclamp"} -1',
      'node_thermal_zone_temp{zone="0",type="acpitz"} 27.8',
      'node_thermal_zone_temp{zone="11",type="x86_pkg_temp"} -0.5',
    ],
  });
});

test('thermal_zone emits nothing where /sys/class/thermal is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(thermalZone, machine.host), { state: 'ok', errors: [], lines: [] });
});
