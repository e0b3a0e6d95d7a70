import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressure } from '../../src/collectors/pressure.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const both = (some: number, full: number): string =>
  `some avg10=0.10 avg60=2.00 avg300=3.85 total=${some}\nfull avg10=0.20 avg60=3.00 avg300=4.95 total=${full}\n`;

test('pressure emits seconds for each resource', async () => {
  await using machine = await createHostTree({
    'proc/pressure/cpu': both(157656722, 99),
    'proc/pressure/io': both(26, 13),
    'proc/pressure/memory': both(0, 5000000),
    'proc/pressure/irq': 'full avg10=0.00 avg60=0.00 avg300=0.00 total=3541\n',
  });
  assert.deepEqual(await collect(pressure, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_pressure_cpu_waiting_seconds_total 157.656722',
      'node_pressure_io_waiting_seconds_total 0.000026',
      'node_pressure_io_stalled_seconds_total 0.000013',
      'node_pressure_memory_waiting_seconds_total 0',
      'node_pressure_memory_stalled_seconds_total 5',
      'node_pressure_irq_stalled_seconds_total 0.003541',
    ],
  });
});

test('pressure drops a damaged resource and keeps its neighbours', async () => {
  await using machine = await createHostTree({
    'proc/pressure/cpu': 'some avg10=0.00\n',
    'proc/pressure/io': both(26, 13),
  });
  assert.deepEqual(await collect(pressure, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/pressure/cpu: unexpected line "some avg10=0.00"'],
    lines: ['node_pressure_io_waiting_seconds_total 0.000026', 'node_pressure_io_stalled_seconds_total 0.000013'],
  });
});

test('pressure divides by a thousand twice, as node_exporter does', async () => {
  await using machine = await createHostTree({ 'proc/pressure/cpu': both(5, 0) });
  assert.deepEqual((await collect(pressure, machine.host)).lines, ['node_pressure_cpu_waiting_seconds_total 0.000005']);
  await machine.write({ 'proc/pressure/cpu': both(1017, 0) });
  assert.deepEqual((await collect(pressure, machine.host)).lines, [
    `node_pressure_cpu_waiting_seconds_total ${1017 / 1000 / 1000}`,
  ]);
});

test('pressure is absent where /proc/pressure is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(pressure, machine.host), { state: 'absent', errors: [], lines: [] });
});
