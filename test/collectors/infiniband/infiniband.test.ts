import assert from 'node:assert/strict';
import { test } from 'node:test';
import { infiniband } from '../../../src/collectors/infiniband/infiniband.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';
import { failReads } from '../../support/mock-reads.ts';

function device(name: string, attributes: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, text]) => [`sys/class/infiniband/${name}/${attribute}`, `${text}\n`]),
  );
}

const PORT = { 'ports/1/state': '4: ACTIVE', 'ports/1/phys_state': '5: LinkUp', 'ports/1/rate': '100 Gb/sec (4X EDR)' };
const FILES = {
  ...device('mlx5_0', {
    ...PORT,
    board_id: 'MT_0000000010',
    fw_ver: '16.35.2000',
    hca_type: 'MT4119',
    'ports/1/counters/port_rcv_data': '10',
    'ports/1/counters/link_downed': '2',
    'ports/1/counters/unknown': 'x',
    'ports/1/counters_ext/port_xmit_data_64': '3',
    'ports/1/hw_counters/lifespan': '2999',
    'ports/1/hw_counters/out_of_buffer': '7',
  }),
  ...device('rxe0', {
    ...PORT,
    'ports/1/counters/port_rcv_data': 'N/A (no PMA)',
    'ports/1/hw_counters/out_of_buffer': '8',
  }),
};

test('infiniband emits devices, ports and their counters', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(infiniband, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_infiniband_info{device="mlx5_0",board_id="MT_0000000010",firmware_version="16.35.2000",hca_type="MT4119"} 1',
      'node_infiniband_info{device="rxe0",board_id="",firmware_version="",hca_type=""} 1',
      'node_infiniband_state_id{device="mlx5_0",port="1"} 4',
      'node_infiniband_state_id{device="rxe0",port="1"} 4',
      'node_infiniband_physical_state_id{device="mlx5_0",port="1"} 5',
      'node_infiniband_physical_state_id{device="rxe0",port="1"} 5',
      'node_infiniband_rate_bytes_per_second{device="mlx5_0",port="1"} 12500000000',
      'node_infiniband_rate_bytes_per_second{device="rxe0",port="1"} 12500000000',
      'node_infiniband_lifespan_seconds{device="mlx5_0",port="1"} 2',
      'node_infiniband_link_downed_total{device="mlx5_0",port="1"} 2',
      'node_infiniband_port_data_received_bytes_total{device="mlx5_0",port="1"} 40',
      'node_infiniband_legacy_data_transmitted_bytes_total{device="mlx5_0",port="1"} 12',
      'node_infiniband_out_of_buffer_drops_total{device="mlx5_0",port="1"} 7',
    ],
  });
});

test('infiniband does not read a device that the flags exclude', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/infiniband/mlx5_0/ports/1/rate': 'x\n' });
  const { state, lines } = await collect(infiniband, machine.host, { 'collector.infiniband.device-exclude': /^mlx/ });
  assert.equal(state, 'ok');
  assert.equal(lines.length, 4);
});

test('infiniband does not read the counters of drivers that give these names another meaning', async () => {
  await using machine = await createHostTree(device('irdma0', { ...PORT, 'ports/1/counters/link_downed': '1' }));
  assert.equal((await collect(infiniband, machine.host)).lines.length, 4);
});

test('infiniband drops a malformed attribute and keeps everything else', async () => {
  await using machine = await createHostTree(FILES);
  const all = (await collect(infiniband, machine.host)).lines;
  await machine.write({ 'sys/class/infiniband/rxe0/ports/1/state': 'x\n' });
  assert.deepEqual(await collect(infiniband, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/infiniband/rxe0/ports/1/state: expected a number and a name, got "x\\n"'],
    lines: all.filter((line) => line !== 'node_infiniband_state_id{device="rxe0",port="1"} 4'),
  });
});

test('infiniband leaves out the rate of a port without a cable', async (context) => {
  await using machine = await createHostTree(FILES);
  const all = (await collect(infiniband, machine.host)).lines;
  failReads(context, /rxe0\/ports\/1\/rate$/, 'EINVAL');
  assert.deepEqual(await collect(infiniband, machine.host), {
    state: 'ok',
    errors: [],
    lines: all.filter((line) => !line.startsWith('node_infiniband_rate_bytes_per_second{device="rxe0"')),
  });
});

test('infiniband is absent without /sys/class/infiniband', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(infiniband, machine.host), { state: 'absent', errors: [], lines: [] });
});
