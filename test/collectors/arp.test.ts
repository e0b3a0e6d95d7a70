import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arp } from '../../src/collectors/arp.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const HEADINGS = 'IP address       HW type     Flags       HW address            Mask     Device\n';
const FILES = {
  'proc/net/arp': `${HEADINGS}10.0.0.1 0x1 0x2 52:54:00:12:35:02 * eth0
10.0.0.9 0x1 0x0 00:00:00:00:00:00 * eth0
172.17.0.2 0x1 0x2 02:42:ac:11:00:02 * docker0
`,
};

test('arp emits the number of entries of each device', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(arp, machine.host), {
    state: 'ok',
    errors: [],
    lines: ['node_arp_entries{device="eth0"} 2', 'node_arp_entries{device="docker0"} 1'],
  });
});

test('arp leaves out devices that the exclude flag matches', async () => {
  await using machine = await createHostTree(FILES);
  const flags = { 'collector.arp.device-exclude': /^docker/ };
  assert.deepEqual((await collect(arp, machine.host, flags)).lines, ['node_arp_entries{device="eth0"} 2']);
});

test('arp drops a malformed line and keeps the others', async () => {
  await using machine = await createHostTree({ 'proc/net/arp': `${FILES['proc/net/arp']}10.0.0.1 0x1\n` });
  assert.deepEqual(await collect(arp, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/arp: unexpected line "10.0.0.1 0x1"'],
    lines: ['node_arp_entries{device="eth0"} 2', 'node_arp_entries{device="docker0"} 1'],
  });
});

test('arp is absent without /proc/net/arp', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(arp, machine.host), { state: 'absent', errors: [], lines: [] });
});
