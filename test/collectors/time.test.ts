import assert from 'node:assert/strict';
import { test } from 'node:test';
import { time } from '../../src/collectors/time.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const CLOCKSOURCE = 'sys/devices/system/clocksource/clocksource0';
const CLOCK = ['node_time_seconds 1800000000.5', 'node_time_zone_offset_seconds{time_zone="+0545"} 20700'];

test('time emits the clock, its zone and the clock sources', async () => {
  await using machine = await createHostTree({
    [`${CLOCKSOURCE}/available_clocksource`]: 'tsc hpet acpi_pm \n',
    [`${CLOCKSOURCE}/current_clocksource`]: 'tsc\n',
    'sys/devices/system/clocksource/power/control': 'auto\n',
  });
  assert.deepEqual(await collect(time, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      ...CLOCK,
      'node_time_clocksource_available_info{device="0",clocksource="tsc"} 1',
      'node_time_clocksource_available_info{device="0",clocksource="hpet"} 1',
      'node_time_clocksource_available_info{device="0",clocksource="acpi_pm"} 1',
      'node_time_clocksource_current_info{device="0",clocksource="tsc"} 1',
    ],
  });
});

test('time emits the time zone of the current moment', async () => {
  await using machine = await createHostTree(
    {},
    { timeZone: (seconds) => ({ abbreviation: seconds < 1_900_000_000 ? 'CET' : 'CEST', offset: 3600 }) },
  );
  assert.deepEqual((await collect(time, machine.host)).lines[1], 'node_time_zone_offset_seconds{time_zone="CET"} 3600');
});

test('time emits the clock where the clock sources are missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(time, machine.host), { state: 'ok', errors: [], lines: CLOCK });
});
