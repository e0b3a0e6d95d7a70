import assert from 'node:assert/strict';
import { test } from 'node:test';
import { powersupplyclass } from '../../src/collectors/powersupplyclass.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const BATTERY = {
  'sys/class/power_supply/BAT0/capacity': '81\n',
  'sys/class/power_supply/BAT0/cycle_count': '17\n',
  'sys/class/power_supply/BAT0/current_now': '-1234567\n',
  'sys/class/power_supply/BAT0/energy_now': '36580000\n',
  'sys/class/power_supply/BAT0/temp': '301\n',
  'sys/class/power_supply/BAT0/manufacturer': 'ACME "x" \\ 1\n',
  'sys/class/power_supply/BAT0/serial_number': ' \n',
  'sys/class/power_supply/BAT0/status': 'Not charging\n',
  'sys/class/power_supply/BAT0/uevent': 'POWER_SUPPLY_NAME=BAT0\n',
  'sys/class/power_supply/BAT0/alarm': '0\n',
};
const MAINS = {
  'sys/class/power_supply/ucsi:001/online': '0x2\n',
  'sys/class/power_supply/ucsi:001/usb_type': 'C [PD] PD_PPS\n',
};
const MAINS_LINES = [
  'node_power_supply_online{power_supply="ucsi:001"} 2',
  'node_power_supply_info{power_supply="ucsi:001",usb_type="C [PD] PD_PPS"} 1',
];

test('powersupplyclass emits the attributes of each supply in base units', async () => {
  await using machine = await createHostTree({ ...BATTERY, ...MAINS });
  assert.deepEqual(await collect(powersupplyclass, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_power_supply_capacity{power_supply="BAT0"} 81',
      'node_power_supply_cyclecount{power_supply="BAT0"} 17',
      'node_power_supply_current_ampere{power_supply="BAT0"} -1.234567',
      'node_power_supply_energy_watthour{power_supply="BAT0"} 36.58',
      'node_power_supply_temp_celsius{power_supply="BAT0"} 30.1',
      'node_power_supply_info{power_supply="BAT0",manufacturer="ACME \\"x\\" \\\\ 1",status="Not charging"} 1',
      'node_power_supply_info{power_supply="ucsi:001",usb_type="C [PD] PD_PPS"} 1',
      'node_power_supply_online{power_supply="ucsi:001"} 2',
    ],
  });
});

test('powersupplyclass omits attributes that the driver refuses with ENODATA', async (context) => {
  await using machine = await createHostTree(BATTERY);
  failReads(context, /(current_now|status)$/, 'ENODATA');
  const { state, lines } = await collect(powersupplyclass, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 5);
  assert.equal(lines.at(-1), 'node_power_supply_info{power_supply="BAT0",manufacturer="ACME \\"x\\" \\\\ 1"} 1');
});

test('powersupplyclass drops a damaged attribute and keeps everything else', async () => {
  await using machine = await createHostTree({ ...BATTERY, ...MAINS });
  const { lines: all } = await collect(powersupplyclass, machine.host);
  await machine.write({ 'sys/class/power_supply/BAT0/temp': 'hot\n' });
  assert.deepEqual(await collect(powersupplyclass, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/power_supply/BAT0/temp: expected an integer, got "hot"'],
    lines: all.filter((line) => !line.startsWith('node_power_supply_temp_celsius')),
  });
});

test('powersupplyclass omits the supplies that a flag excludes', async () => {
  await using machine = await createHostTree({ ...BATTERY, ...MAINS });
  const flags = { 'collector.powersupply.ignored-supplies': /^BAT/ };
  assert.deepEqual((await collect(powersupplyclass, machine.host, flags)).lines, MAINS_LINES);
});

test('powersupplyclass is absent where /sys/class/power_supply is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(powersupplyclass, machine.host), { state: 'absent', errors: [], lines: [] });
});
