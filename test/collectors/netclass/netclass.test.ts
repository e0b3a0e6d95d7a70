import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { netclass } from '../../../src/collectors/netclass/netclass.ts';
import { AsyncTree } from '../../../src/host/async-tree.ts';
import { KernelTree, ReadError } from '../../../src/host/host.ts';
import { collect, createCollectorRunner } from '../../support/collect.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';
import { beforeDirectoryReads, failReads } from '../../support/mock-reads.ts';

function device(name: string, attributes: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, text]) => [`sys/class/net/${name}/${attribute}`, `${text}\n`]),
  );
}

/** The files of a network card: sysfs has a link to its driver. */
function card(name: string, driver: string, attributes: Readonly<Record<string, string>>): Files {
  return {
    ...device(name, attributes),
    [`sys/class/net/${name}/device/driver`]: { link: `../../../../bus/pci/drivers/${driver}` },
  };
}

/** The files of a network device without hardware. */
function virtualDevice(name: string, attributes: Readonly<Record<string, string>>): Files {
  const files = Object.entries(device(name, attributes)).map(([path, text]) => [
    path.replace('sys/class', 'sys/devices/virtual'),
    text,
  ]);
  return {
    ...Object.fromEntries(files),
    [`sys/class/net/${name}`]: { link: `../../devices/virtual/net/${name}` },
  };
}

const ETH0 = card('eth0', 'virtio_net', {
  addr_assign_type: '0',
  address: '02:fc:00:00:00:01',
  broadcast: 'ff:ff:ff:ff:ff:ff',
  carrier: '1',
  carrier_changes: '5',
  carrier_down_count: '2',
  carrier_up_count: '3',
  dev_id: '0x1f',
  dormant: '0',
  duplex: 'full',
  flags: '0x1003',
  ifalias: 'to the "core"',
  ifindex: '2',
  iflink: '4',
  link_mode: '0',
  mtu: '9000',
  name_assign_type: '4',
  netdev_group: '7',
  operstate: 'up',
  speed: '25000',
  tx_queue_len: '1000',
  type: '1',
});

/**
 * Returns an array. Until the end of the test, each asynchronous read adds its path to the array. Reads of the refused
 * paths time out.
 */
function watchSlowReads(context: TestContext, refused?: RegExp): string[] {
  const original = AsyncTree.prototype.read;
  const paths: string[] = [];
  context.mock.method(
    AsyncTree.prototype,
    'read',
    async function (this: AsyncTree, path: string, parse: (text: string) => unknown) {
      paths.push(path);
      if (refused?.test(path)) throw new ReadError(`Cannot read ${path}: no answer`, { code: 'ETIMEDOUT' });
      return original.call(this, path, parse);
    },
  );
  return paths;
}

test('netclass emits the properties of a device', async (context) => {
  const slow = watchSlowReads(context);
  await using machine = await createHostTree({ ...ETH0, 'sys/class/net/bonding_masters': 'bond0\n' });
  assert.deepEqual(await collect(netclass, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_network_up{device="eth0"} 1',
      'node_network_info{device="eth0",address="02:fc:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",duplex="full",operstate="up",adminstate="up",ifalias="to the \\"core\\""} 1',
      'node_network_address_assign_type{device="eth0"} 0',
      'node_network_carrier{device="eth0"} 1',
      'node_network_carrier_changes_total{device="eth0"} 5',
      'node_network_carrier_up_changes_total{device="eth0"} 3',
      'node_network_carrier_down_changes_total{device="eth0"} 2',
      'node_network_device_id{device="eth0"} 31',
      'node_network_dormant{device="eth0"} 0',
      'node_network_flags{device="eth0"} 4099',
      'node_network_iface_id{device="eth0"} 2',
      'node_network_iface_link{device="eth0"} 4',
      'node_network_iface_link_mode{device="eth0"} 0',
      'node_network_mtu_bytes{device="eth0"} 9000',
      'node_network_name_assign_type{device="eth0"} 4',
      'node_network_net_dev_group{device="eth0"} 7',
      'node_network_transmit_queue_length{device="eth0"} 1000',
      'node_network_protocol_type{device="eth0"} 1',
      'node_network_speed_bytes{device="eth0"} 3125000000',
    ],
  });
  assert.deepEqual(slow, []);
});

test('netclass omits the attributes that the kernel refuses to read', async (context) => {
  await using machine = await createHostTree(
    device('dummy0', { carrier: '0', duplex: 'half', flags: '0x82', operstate: 'down', speed: '10' }),
  );
  failReads(context, /(carrier|duplex|speed)$/, 'EINVAL');
  assert.deepEqual(await collect(netclass, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_network_up{device="dummy0"} 0',
      'node_network_info{device="dummy0",address="",broadcast="",duplex="",operstate="down",adminstate="down",ifalias=""} 1',
      'node_network_flags{device="dummy0"} 130',
    ],
  });
});

test('netclass cuts an alias after 128 bytes', async () => {
  await using machine = await createHostTree(device('eth0', { ifalias: 'x'.repeat(200) }));
  const { lines } = await collect(netclass, machine.host);
  assert.equal(
    lines[1],
    `node_network_info{device="eth0",address="",broadcast="",duplex="",operstate="",adminstate="unknown",ifalias="${'x'.repeat(128)}"} 1`,
  );
});

test('netclass emits the devices of a copy of sysfs, which has directories in place of links', async () => {
  await using machine = await createHostTree({
    ...device('eth0', { speed: '1000' }),
    'sys/class/net/eth0/device/driver/module/': '',
  });
  const { state, errors, lines } = await collect(netclass, machine.host);
  assert.deepEqual({ state, errors }, { state: 'ok', errors: [] });
  assert.ok(lines.includes('node_network_speed_bytes{device="eth0"} 125000000'));
});

for (const speed of ['4294967295', '65535']) {
  test(`netclass takes the speed ${speed} for unknown`, async () => {
    await using machine = await createHostTree({ ...device('eth0', { speed }), ...device('br0', { speed }) });
    const { lines } = await collect(netclass, machine.host);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('node_network_speed_bytes')),
      ['node_network_speed_bytes{device="br0"} -125000', 'node_network_speed_bytes{device="eth0"} -125000'],
    );
  });
}

test('netclass emits an unknown speed unless a flag omits it', async () => {
  await using machine = await createHostTree(device('eth0', { speed: '-1' }));
  const line = 'node_network_speed_bytes{device="eth0"} -125000';
  assert.ok((await collect(netclass, machine.host)).lines.includes(line));
  const { lines } = await collect(netclass, machine.host, { 'collector.netclass.ignore-invalid-speed': true });
  assert.equal(lines.length, 2);
});

test('netclass omits the devices that a flag excludes', async () => {
  await using machine = await createHostTree({
    ...device('eth0', { mtu: '1500' }),
    ...device('veth1', { mtu: '1500' }),
  });
  const { lines } = await collect(netclass, machine.host, { 'collector.netclass.ignored-devices': /^veth/ });
  assert.ok(lines.every((line) => line.includes('device="eth0"')));
  assert.equal(lines.length, 3);
});

const LINK = { speed: '100000', duplex: 'full' };
const SLOW_LINKS: Files = {
  ...card('eth0', 'mlx5_core', LINK),
  'sys/class/net/eth0/upper_vlan7': { link: '../../devices/virtual/net/vlan7' },
  ...card('eth1', 'virtio_net', LINK),
  'sys/class/net/eth1/upper_vlan8': { link: '../../devices/virtual/net/vlan8' },
  ...virtualDevice('vlan7', LINK),
  'sys/devices/virtual/net/vlan7/upper_br0': { link: '../br0' },
  ...virtualDevice('vlan8', LINK),
  ...virtualDevice('br0', LINK),
  ...device('wwan0', LINK),
  'sys/class/net/wwan0/device/subsystem': { link: '../../../../bus/usb' },
};

/** The attributes of the link of a device, ordered by name. */
function linkPaths(name: string): readonly string[] {
  return ['carrier', 'duplex', 'speed'].map((attribute) => `class/net/${name}/${attribute}`);
}

test('netclass reads the links of slow drivers asynchronously and emits the devices in order', async (context) => {
  const slow = watchSlowReads(context);
  await using machine = await createHostTree(SLOW_LINKS);
  const { state, lines } = await collect(netclass, machine.host);
  assert.equal(state, 'ok');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_network_speed_bytes')),
    ['br0', 'eth0', 'eth1', 'vlan7', 'vlan8', 'wwan0'].map(
      (name) => `node_network_speed_bytes{device="${name}"} 12500000000`,
    ),
  );
  assert.deepEqual(slow.toSorted(), ['br0', 'eth0', 'vlan7', 'wwan0'].flatMap(linkPaths));
});

test('netclass lists only the devices whose link is slow', async (context) => {
  const slow = watchSlowReads(context);
  const listed: string[] = [];
  const { list } = KernelTree.prototype;
  context.mock.method(KernelTree.prototype, 'list', function (this: KernelTree, path: string) {
    listed.push(path);
    return list.call(this, path);
  });
  await using machine = await createHostTree({ ...virtualDevice('br0', LINK), ...card('eth1', 'virtio_net', LINK) });
  const collectDevices = createCollectorRunner(netclass, machine.host);
  const pathsOfPass = async (): Promise<readonly string[]> => {
    slow.length = listed.length = 0;
    await collectDevices();
    return [...listed, ...slow].toSorted();
  };
  assert.deepEqual(await pathsOfPass(), ['class/net']);
  await machine.write(card('eth0', 'mlx5_core', LINK));
  const paths = ['class/net', 'class/net/eth0', ...linkPaths('eth0')];
  assert.deepEqual(await pathsOfPass(), paths);
  await machine.write({ 'sys/class/net/eth0/upper_br0': { link: '../../devices/virtual/net/br0' } });
  assert.deepEqual(await pathsOfPass(), [...paths, 'class/net/br0', ...linkPaths('br0')].toSorted());
});

test('netclass reads the link of a card stacked on a slow card asynchronously', async (context) => {
  const slow = watchSlowReads(context);
  await using machine = await createHostTree({
    ...SLOW_LINKS,
    ...card('eth9', 'hv_netvsc', LINK),
    'sys/class/net/eth0/upper_eth9': { link: '../eth9' },
  });
  assert.equal((await collect(netclass, machine.host)).state, 'ok');
  assert.ok(slow.includes('class/net/eth9/speed'));
});

test('netclass determines the driver of a device once, and again when the device is replaced', async (context) => {
  const slow = watchSlowReads(context);
  await using machine = await createHostTree(SLOW_LINKS);
  const collectDevices = createCollectorRunner(netclass, machine.host, {
    'collector.netclass.ignored-devices': /^([bvw]|eth1)/,
  });
  /** @param modified Unix time of the directory in seconds; a directory that was modified a moment ago is not cached */
  const isReadSlowly = async (modified: number): Promise<boolean> => {
    await utimes(join(machine.root, 'sys/class/net/eth0'), modified, modified);
    slow.length = 0;
    const { state, lines } = await collectDevices();
    assert.deepEqual([state, lines.length], ['ok', 3]);
    return slow.length > 0;
  };
  assert.equal(await isReadSlowly(1e9), true);
  await machine.remove('sys/class/net/eth0/device/driver');
  await machine.write(card('eth0', 'virtio_net', LINK));
  assert.equal(await isReadSlowly(1e9), true);
  await machine.remove('sys/class/net/eth0');
  await machine.write(card('eth0', 'virtio_net', LINK));
  assert.deepEqual([await isReadSlowly(1e9 + 1), await isReadSlowly(1e9 + 1)], [false, false]);
});

test('netclass emits the other devices when an excluded device is broken', async () => {
  await using machine = await createHostTree({
    ...device('eth0', { mtu: '1500' }),
    'sys/class/net/loop': { link: 'loop' },
  });
  const { state, lines } = await collect(netclass, machine.host, { 'collector.netclass.ignored-devices': /^loop$/ });
  assert.deepEqual([state, lines.length], ['ok', 3]);
  assert.equal((await collect(netclass, machine.host)).lines.length, 3);
});

test('netclass does not read the link of a device that is down', async (context) => {
  await using machine = await createHostTree(
    device('eth0', { carrier: '0', flags: '0x1002', duplex: 'half', speed: '10' }),
  );
  const names: string[] = [];
  beforeDirectoryReads(context, (name) => names.push(name));
  const { lines } = await collect(netclass, machine.host);
  assert.deepEqual(
    names.filter((name) => /carrier$|duplex|speed/.test(name)),
    [],
  );
  assert.deepEqual(lines.slice(2), ['node_network_flags{device="eth0"} 4098']);
});

test('netclass drops the attributes of a device whose read times out and keeps everything else', async (context) => {
  const slow = watchSlowReads(context, /eth0/);
  await using machine = await createHostTree(SLOW_LINKS);
  const { state, errors, lines } = await collect(netclass, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, [
    'Cannot read class/net/eth0/carrier: no answer',
    'Cannot read class/net/eth0/speed: no answer',
    'Cannot read class/net/eth0/duplex: no answer',
  ]);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('node_network_up')),
    ['br0', 'eth0', 'eth1', 'vlan7', 'vlan8', 'wwan0'].map((name) => `node_network_up{device="${name}"} 0`),
  );
  // The driver that hangs may hold the lock of all devices, so no link is read on the main thread.
  assert.deepEqual(slow.toSorted(), ['br0', 'eth0', 'eth1', 'vlan7', 'vlan8', 'wwan0'].flatMap(linkPaths));
});

test('netclass drops a damaged attribute and keeps everything else', async () => {
  await using machine = await createHostTree({
    ...device('eth0', { mtu: '9000' }),
    ...device('eth1', { mtu: '1500' }),
  });
  const { lines: all } = await collect(netclass, machine.host);
  await machine.write({ 'sys/class/net/eth0/mtu': 'x' });
  const { state, errors, lines } = await collect(netclass, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /sys/class/net/eth0/mtu: expected an integer, got "x"']);
  assert.deepEqual(
    lines,
    all.filter((line) => line !== 'node_network_mtu_bytes{device="eth0"} 9000'),
  );
  assert.equal(lines.length, all.length - 1);
});

test('netclass is absent where /sys/class/net is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(netclass, machine.host), { state: 'absent', errors: [], lines: [] });
});
