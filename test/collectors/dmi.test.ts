import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dmi } from '../../src/collectors/dmi.ts';
import { collect, createCollectorRunner } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const FILES = {
  'sys/class/dmi/id/bios_date': '02/06/2015\n',
  'sys/class/dmi/id/board_name': ' \n',
  'sys/class/dmi/id/modalias': 'dmi:bvnSeaBIOS:\n',
  'sys/class/dmi/id/product_name': 'Standard "PC" \\ 1996\n',
  'sys/class/dmi/id/product_uuid': '8ad1ac4f\n',
  'sys/class/dmi/id/product_version': Buffer.from([0xff, 0xfe, 0x5b, 0xff, 0x0a]),
  'sys/class/dmi/id/sys_vendor': 'QEMU\n',
};

test('dmi emits the names of the firmware, also empty ones', async () => {
  await using machine = await createHostTree(FILES);
  const labels = [
    'bios_date="02/06/2015"',
    'board_name=""',
    'product_name="Standard \\"PC\\" \\\\ 1996"',
    'product_uuid="8ad1ac4f"',
    'product_version="\uFFFD[\uFFFD"',
    'system_vendor="QEMU"',
  ];
  assert.deepEqual(await collect(dmi, machine.host), {
    state: 'ok',
    errors: [],
    lines: [`node_dmi_info{${labels.join()}} 1`],
  });
});

test('dmi leaves out attributes that only root may read', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /(uuid|product_version|product_name)$/, 'EACCES');
  assert.deepEqual((await collect(dmi, machine.host)).lines, [
    'node_dmi_info{bios_date="02/06/2015",board_name="",system_vendor="QEMU"} 1',
  ]);
});

test('dmi reads the names once', async () => {
  await using machine = await createHostTree({ 'sys/class/dmi/id/sys_vendor': 'QEMU\n' });
  const collector = dmi.create({});
  const shared = { ...dmi, create: () => collector };
  const first = await collect(shared, machine.host);
  await machine.remove('sys/class');
  assert.deepEqual(await collect(shared, machine.host), first);
  assert.equal(first.state, 'ok');
});

test('dmi leaves out a name that cannot be read, and reads it again in the next pass', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/dmi/id/bios_vendor/file': '' });
  const collectDmi = createCollectorRunner(dmi, machine.host);
  const { state, errors, lines } = await collectDmi();
  assert.deepEqual([state, errors], ['failed', ['Cannot read /sys/class/dmi/id/bios_vendor: is a directory']]);
  assert.equal(lines.length, 1);
  assert.ok(!lines[0]?.includes('bios_vendor'));
  await machine.remove('sys/class/dmi/id/bios_vendor');
  await machine.write({ 'sys/class/dmi/id/bios_vendor': 'SeaBIOS\n' });
  const next = await collectDmi();
  assert.equal(next.state, 'ok');
  assert.ok(next.lines[0]?.includes('bios_vendor="SeaBIOS"'));
});

test('dmi is absent without names', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(dmi, machine.host), { state: 'absent', errors: [], lines: [] });
  await machine.write({ 'sys/class/dmi/id/modalias': 'dmi:\n' });
  assert.deepEqual(await collect(dmi, machine.host), { state: 'absent', errors: [], lines: [] });
});
