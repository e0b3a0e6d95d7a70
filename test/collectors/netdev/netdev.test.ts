import assert from 'node:assert/strict';
import { test } from 'node:test';
import { netdev } from '../../../src/collectors/netdev/netdev.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';

const HEADINGS = 'Inter-|   Receive\n face |bytes\n';
const FILES = {
  'proc/net/dev': `${HEADINGS}    lo: 100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0
  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
`,
  'sys/class/net/lo/statistics/rx_nohandler': '0\n',
  'sys/class/net/eth0/statistics/rx_nohandler': '17\n',
  'sys/class/net/eth0/ifalias': 'to the "core"\n',
};

function flags(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`collector.netdev.${name}`, value]));
}

test('netdev emits the columns of /proc/net/dev and the packets without a handler', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(netdev, machine.host, flags({ 'device-include': /^eth/ })), {
    state: 'ok',
    errors: [],
    lines: [
      'node_network_receive_bytes_total{device="eth0"} 1',
      'node_network_receive_packets_total{device="eth0"} 2',
      'node_network_receive_errs_total{device="eth0"} 3',
      'node_network_receive_drop_total{device="eth0"} 4',
      'node_network_receive_fifo_total{device="eth0"} 5',
      'node_network_receive_frame_total{device="eth0"} 6',
      'node_network_receive_compressed_total{device="eth0"} 7',
      'node_network_receive_multicast_total{device="eth0"} 8',
      'node_network_transmit_bytes_total{device="eth0"} 9',
      'node_network_transmit_packets_total{device="eth0"} 10',
      'node_network_transmit_errs_total{device="eth0"} 11',
      'node_network_transmit_drop_total{device="eth0"} 12',
      'node_network_transmit_fifo_total{device="eth0"} 13',
      'node_network_transmit_colls_total{device="eth0"} 14',
      'node_network_transmit_carrier_total{device="eth0"} 15',
      'node_network_transmit_compressed_total{device="eth0"} 16',
      'node_network_receive_nohandler_total{device="eth0"} 17',
    ],
  });
});

test('netdev emits only the columns of /proc/net/dev without netlink, under their detailed names', async () => {
  await using machine = await createHostTree(FILES);
  const options = flags({ 'enable-detailed-metrics': true, netlink: false, 'device-exclude': /lo/ });
  assert.deepEqual((await collect(netdev, machine.host, options)).lines, [
    'node_network_receive_bytes_total{device="eth0"} 1',
    'node_network_receive_packets_total{device="eth0"} 2',
    'node_network_receive_errors_total{device="eth0"} 3',
    'node_network_receive_dropped_total{device="eth0"} 4',
    'node_network_receive_fifo_total{device="eth0"} 5',
    'node_network_receive_frame_total{device="eth0"} 6',
    'node_network_receive_compressed_total{device="eth0"} 7',
    'node_network_receive_multicast_total{device="eth0"} 8',
    'node_network_transmit_bytes_total{device="eth0"} 9',
    'node_network_transmit_packets_total{device="eth0"} 10',
    'node_network_transmit_errors_total{device="eth0"} 11',
    'node_network_transmit_dropped_total{device="eth0"} 12',
    'node_network_transmit_fifo_total{device="eth0"} 13',
    'node_network_transmit_colls_total{device="eth0"} 14',
    'node_network_transmit_carrier_total{device="eth0"} 15',
    'node_network_transmit_compressed_total{device="eth0"} 16',
  ]);
});

const STATISTICS = [
  'rx_packets receive_packets',
  'tx_packets transmit_packets',
  'rx_bytes receive_bytes',
  'tx_bytes transmit_bytes',
  'rx_errors receive_errors',
  'tx_errors transmit_errors',
  'rx_dropped receive_dropped',
  'tx_dropped transmit_dropped',
  'multicast multicast',
  'collisions collisions',
  'rx_length_errors receive_length_errors',
  'rx_over_errors receive_over_errors',
  'rx_crc_errors receive_crc_errors',
  'rx_frame_errors receive_frame_errors',
  'rx_fifo_errors receive_fifo_errors',
  'rx_missed_errors receive_missed_errors',
  'tx_aborted_errors transmit_aborted_errors',
  'tx_carrier_errors transmit_carrier_errors',
  'tx_fifo_errors transmit_fifo_errors',
  'tx_heartbeat_errors transmit_heartbeat_errors',
  'tx_window_errors transmit_window_errors',
  'rx_compressed receive_compressed',
  'tx_compressed transmit_compressed',
  'rx_nohandler receive_nohandler',
].map((pair) => pair.split(' '));

test('netdev emits each statistic of sysfs with detailed metrics', async () => {
  const statistics: Files = Object.fromEntries(
    STATISTICS.map(([file], index) => [`sys/class/net/eth0/statistics/${file}`, `${index + 1}\n`]),
  );
  await using machine = await createHostTree({ ...FILES, ...statistics });
  const options = flags({ 'enable-detailed-metrics': true, 'device-include': /eth0/ });
  assert.deepEqual(
    (await collect(netdev, machine.host, options)).lines,
    STATISTICS.map(([, name], index) => `node_network_${name}_total{device="eth0"} ${index + 1}`),
  );
});

test('netdev emits the alias of a device as a label if sysfs has one', async () => {
  await using machine = await createHostTree({
    ...FILES,
    'proc/net/dev': `${FILES['proc/net/dev']} gone0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    'sys/class/net/lo/ifalias': '\n',
  });
  const { lines } = await collect(netdev, machine.host, flags({ 'label-ifalias': true }));
  assert.deepEqual(lines.slice(0, 3), [
    'node_network_receive_bytes_total{device="lo",ifalias=""} 100',
    'node_network_receive_bytes_total{device="eth0",ifalias="to the \\"core\\""} 1',
    'node_network_receive_bytes_total{device="gone0"} 0',
  ]);
});

test('netdev emits the addresses of the devices that it includes', async () => {
  const addresses = () => [
    { device: 'lo', address: '127.0.0.1', prefixLength: '8' },
    { device: 'eth0', address: '2001:db8::7', prefixLength: '64' },
  ];
  await using machine = await createHostTree(FILES, { addresses });
  const read = async (options: Readonly<Record<string, unknown>>) => {
    const { lines } = await collect(netdev, machine.host, flags({ 'address-info': true, ...options }));
    return lines.filter((line) => line.startsWith('node_network_address_info'));
  };
  assert.deepEqual(await read({}), [
    'node_network_address_info{device="lo",address="127.0.0.1",netmask="8",scope="link-local"} 1',
    'node_network_address_info{device="eth0",address="2001:db8::7",netmask="64",scope="global"} 1',
  ]);
  assert.deepEqual(await read({ 'device-exclude': /lo/ }), [
    'node_network_address_info{device="eth0",address="2001:db8::7",netmask="64",scope="global"} 1',
  ]);
});

test('netdev drops a damaged statistic and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/net/lo/statistics/rx_nohandler': 'x\n' });
  const { state, errors, lines } = await collect(netdev, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, [
    'Cannot parse /sys/class/net/lo/statistics/rx_nohandler: expected an unsigned integer, got "x"',
  ]);
  assert.equal(lines.length, 33);
  assert.ok(!lines.some((line) => line.startsWith('node_network_receive_nohandler_total{device="lo"')));
});

test('netdev emits a device on a kernel without rx_nohandler', async () => {
  await using machine = await createHostTree({ 'proc/net/dev': FILES['proc/net/dev'], 'sys/class/net/eth0/': '' });
  const { state, lines } = await collect(netdev, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 32);
});

test('netdev accepts the old names of its flags and refuses flags that exclude each other', async () => {
  await using machine = await createHostTree(FILES);
  const { lines } = await collect(netdev, machine.host, flags({ 'device-blacklist': /eth/ }));
  assert.equal(lines[0], 'node_network_receive_bytes_total{device="lo"} 100');
  assert.equal(lines.length, 17);
  const refused = (options: Readonly<Record<string, unknown>>, message: string) =>
    assert.rejects(collect(netdev, machine.host, flags(options)), { message });
  await refused(
    { 'device-include': /a/, 'device-exclude': /b/ },
    'Cannot use --collector.netdev.device-include and --collector.netdev.device-exclude together',
  );
  await refused(
    { 'device-include': /a/, 'device-whitelist': /b/ },
    'Cannot use --collector.netdev.device-include and --collector.netdev.device-whitelist together',
  );
});

test('netdev adds up the statistics of sysfs where /proc/net/dev is missing', async () => {
  const powers: Files = Object.fromEntries(
    STATISTICS.map(([file], index) => [`sys/class/net/eth0/statistics/${file}`, `${2 ** index}\n`]),
  );
  await using machine = await createHostTree({
    ...powers,
    'sys/class/net/bonding_masters': '\n',
    'sys/class/net/going0/statistics/rx_bytes': '1\n',
  });
  const value = (...names: string[]): number =>
    names.reduce((sum, name) => sum + 2 ** STATISTICS.findIndex(([file]) => file === name), 0);
  assert.deepEqual(await collect(netdev, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      `node_network_receive_bytes_total{device="eth0"} ${value('rx_bytes')}`,
      'node_network_receive_bytes_total{device="going0"} 1',
      `node_network_receive_packets_total{device="eth0"} ${value('rx_packets')}`,
      `node_network_receive_errs_total{device="eth0"} ${value('rx_errors')}`,
      `node_network_receive_drop_total{device="eth0"} ${value('rx_dropped', 'rx_missed_errors')}`,
      `node_network_receive_fifo_total{device="eth0"} ${value('rx_fifo_errors')}`,
      `node_network_receive_frame_total{device="eth0"} ${value('rx_length_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors')}`,
      `node_network_receive_compressed_total{device="eth0"} ${value('rx_compressed')}`,
      `node_network_receive_multicast_total{device="eth0"} ${value('multicast')}`,
      `node_network_transmit_bytes_total{device="eth0"} ${value('tx_bytes')}`,
      `node_network_transmit_packets_total{device="eth0"} ${value('tx_packets')}`,
      `node_network_transmit_errs_total{device="eth0"} ${value('tx_errors')}`,
      `node_network_transmit_drop_total{device="eth0"} ${value('tx_dropped')}`,
      `node_network_transmit_fifo_total{device="eth0"} ${value('tx_fifo_errors')}`,
      `node_network_transmit_colls_total{device="eth0"} ${value('collisions')}`,
      `node_network_transmit_carrier_total{device="eth0"} ${value('tx_aborted_errors', 'tx_carrier_errors', 'tx_heartbeat_errors', 'tx_window_errors')}`,
      `node_network_transmit_compressed_total{device="eth0"} ${value('tx_compressed')}`,
      `node_network_receive_nohandler_total{device="eth0"} ${value('rx_nohandler')}`,
    ],
  });
});

test('netdev is absent where /proc/net/dev and /sys/class/net are missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(netdev, machine.host), { state: 'absent', errors: [], lines: [] });
});
