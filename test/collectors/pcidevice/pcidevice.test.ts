import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pcidevice } from '../../../src/collectors/pcidevice/pcidevice.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';

const IDS = {
  class: '0x020000\n',
  vendor: '0x8086\n',
  device: '0x1521\n',
  subsystem_vendor: '0x8086\n',
  subsystem_device: '0x00a3\n',
  revision: '0x01\n',
};

function device(path: string, attributes: Readonly<Record<string, string>>): Files {
  const files = Object.entries({ ...IDS, ...attributes }).map(([name, text]) => [`sys/devices/${path}/${name}`, text]);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { ...Object.fromEntries(files), [`sys/bus/pci/devices/${name}`]: { link: `../../../devices/${path}` } };
}

const NETWORK = device('pci0000:40/0000:40:01.3/0000:45:00.0', {
  max_link_speed: '5.0 GT/s PCIe\n',
  max_link_width: '4\n',
  current_link_speed: '2.5 GT/s PCIe\n',
  current_link_width: '1\n',
  d3cold_allowed: '1\n',
  numa_node: '1\n',
  power_state: 'D3hot\n',
  sriov_drivers_autoprobe: '1\n',
  sriov_numvfs: '2\n',
  sriov_totalvfs: '7\n',
  sriov_vf_total_msix: '16\n',
});
const LOCATION = 'segment="0000",bus="45",device="00",function="0"';
const NETWORK_INFO = [
  LOCATION,
  'parent_segment="0000",parent_bus="40",parent_device="01",parent_function="3"',
  'class_id="0x020000",vendor_id="0x8086",device_id="0x1521"',
  'subsystem_vendor_id="0x8086",subsystem_device_id="0x00a3",revision="0x01"',
].join();

test('pcidevice emits link, power state and virtual functions of a device', async () => {
  await using machine = await createHostTree(NETWORK);
  const state = (name: string, value: number) => `node_pcidevice_power_state{${LOCATION},state="${name}"} ${value}`;
  assert.deepEqual(await collect(pcidevice, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_pcidevice_info{${NETWORK_INFO}} 1`,
      `node_pcidevice_max_link_transfers_per_second{${LOCATION}} 5000000000`,
      `node_pcidevice_max_link_width{${LOCATION}} 4`,
      `node_pcidevice_current_link_transfers_per_second{${LOCATION}} 2500000000`,
      `node_pcidevice_current_link_width{${LOCATION}} 1`,
      `node_pcidevice_d3cold_allowed{${LOCATION}} 1`,
      `node_pcidevice_sriov_drivers_autoprobe{${LOCATION}} 1`,
      `node_pcidevice_sriov_numvfs{${LOCATION}} 2`,
      `node_pcidevice_sriov_totalvfs{${LOCATION}} 7`,
      `node_pcidevice_sriov_vf_total_msix{${LOCATION}} 16`,
      `node_pcidevice_numa_node{${LOCATION}} 1`,
      state('D0', 0),
      state('D1', 0),
      state('D2', 0),
      state('D3hot', 1),
      state('D3cold', 0),
      state('unknown', 0),
      state('error', 0),
    ],
  });
});

test('pcidevice emits -1 or 0 for missing attributes, and * for the parent of a device on a root bus', async () => {
  await using machine = await createHostTree(
    device('pci10000:e0/10000:e0:02.1', { numa_node: '-1\n', max_link_speed: 'Unknown\n' }),
  );
  const location = 'segment="10000",bus="e0",device="02",function="1"';
  const { lines } = await collect(pcidevice, machine.host);
  assert.match(
    lines[0] ?? '',
    /parent_segment="\*",parent_bus="\*",parent_device="\*",parent_function="\*",class_id="0x020000"/,
  );
  assert.deepEqual(lines.slice(1), [
    `node_pcidevice_max_link_transfers_per_second{${location}} -1`,
    `node_pcidevice_max_link_width{${location}} -1`,
    `node_pcidevice_current_link_transfers_per_second{${location}} -1`,
    `node_pcidevice_current_link_width{${location}} -1`,
    `node_pcidevice_d3cold_allowed{${location}} 0`,
    `node_pcidevice_sriov_drivers_autoprobe{${location}} 0`,
    `node_pcidevice_sriov_numvfs{${location}} 0`,
    `node_pcidevice_sriov_totalvfs{${location}} 0`,
    `node_pcidevice_sriov_vf_total_msix{${location}} 0`,
  ]);
});

const PCI_IDS = `8086  Intel Corporation
\t1521  I350 Gigabit Network Connection
C 02  Network controller
\t00  Ethernet controller
`;
const NAMES = [
  'vendor_name="Intel Corporation"',
  'device_name="I350 Gigabit Network Connection"',
  'subsystem_vendor_name="Intel Corporation"',
  'subsystem_device_name="00a3"',
  'class_name="Ethernet controller"',
].join();

test('pcidevice labels a device with the names in the pci.ids of the host', async () => {
  await using machine = await createHostTree({ ...NETWORK, 'root/usr/share/hwdata/pci.ids': PCI_IDS });
  const { lines } = await collect(pcidevice, machine.host, { 'collector.pcidevice.names': true });
  assert.equal(lines[0], `node_pcidevice_info{${NETWORK_INFO},${NAMES}} 1`);
});

test('pcidevice reads the names from the file that a flag sets', async () => {
  await using machine = await createHostTree({ ...NETWORK, 'names/pci.ids': PCI_IDS });
  const flags = {
    'collector.pcidevice.names': true,
    'collector.pcidevice.idsfile': `${machine.root}/names/pci.ids`,
  };
  const { lines } = await collect(pcidevice, machine.host, flags);
  assert.equal(lines[0], `node_pcidevice_info{${NETWORK_INFO},${NAMES}} 1`);
});

test('pcidevice labels a device with its IDs where pci.ids is missing', async () => {
  await using machine = await createHostTree(NETWORK);
  const { lines } = await collect(pcidevice, machine.host, { 'collector.pcidevice.names': true });
  assert.match(
    lines[0] ?? '',
    /vendor_name="8086",device_name="1521",subsystem_vendor_name="8086",subsystem_device_name="00a3",class_name="Unknown class \(020000\)"/,
  );
});

test('pcidevice drops a damaged attribute and keeps everything else', async () => {
  await using machine = await createHostTree({
    ...NETWORK,
    ...device('pci0000:00/0000:00:02.0', { max_link_speed: 'fast\n' }),
  });
  const { state, errors, lines } = await collect(pcidevice, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, [
    'Cannot parse /sys/bus/pci/devices/0000:00:02.0/max_link_speed: expected a speed in GT/s, got "fast"',
  ]);
  assert.equal(lines.length, 27);
  assert.ok(!lines.some((line) => /max_link_transfers.*segment="0000",bus="00",device="02"/.test(line)));
});

test('pcidevice is absent where /sys/bus/pci is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(pcidevice, machine.host), { state: 'absent', errors: [], lines: [] });
});
