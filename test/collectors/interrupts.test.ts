import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interrupts } from '../../src/collectors/interrupts.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const TABLE = `            CPU0       CPU2       
   9:     398553          0  IR-IO-APIC   9-fasteoi   acpi
 NMI:         47       5031   Non-maskable interrupts
 ERR:          0
`;
const ACPI = 'type="9",info="IR-IO-APIC",devices="9-fasteoi acpi"';
const NMI = 'type="NMI",info="Non-maskable interrupts",devices=""';

test('interrupts emits the interrupts of each CPU under the number of the CPU', async () => {
  await using machine = await createHostTree({ 'proc/interrupts': TABLE });
  assert.deepEqual(await collect(interrupts, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_interrupts_total{cpu="0",${ACPI}} 398553`,
      `node_interrupts_total{cpu="2",${ACPI}} 0`,
      `node_interrupts_total{cpu="0",${NMI}} 47`,
      `node_interrupts_total{cpu="2",${NMI}} 5031`,
    ],
  });
});

test('interrupts leaves out zeros and interrupts that the flags exclude', async () => {
  await using machine = await createHostTree({ 'proc/interrupts': TABLE });
  const linesWith = async (flags: Readonly<Record<string, unknown>>): Promise<readonly string[]> =>
    (await collect(interrupts, machine.host, flags)).lines;
  assert.deepEqual(
    await linesWith({
      'collector.interrupts.include-zeros': false,
      'collector.interrupts.name-include': /;acpi$|acpi/,
    }),
    [`node_interrupts_total{cpu="0",${ACPI}} 398553`],
  );
  assert.deepEqual(await linesWith({ 'collector.interrupts.name-exclude': /^9;IR-IO-APIC;9-fasteoi acpi$/ }), [
    `node_interrupts_total{cpu="0",${NMI}} 47`,
    `node_interrupts_total{cpu="2",${NMI}} 5031`,
  ]);
  const both = { 'collector.interrupts.name-include': /./, 'collector.interrupts.name-exclude': /./ };
  assert.deepEqual(await linesWith(both), []);
});

test('interrupts is absent without /proc/interrupts', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(interrupts, machine.host), { state: 'absent', errors: [], lines: [] });
});
