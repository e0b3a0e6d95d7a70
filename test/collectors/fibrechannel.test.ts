import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fibrechannel } from '../../src/collectors/fibrechannel.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';
import { failReads } from '../support/mock-reads.ts';

const FILES = {
  'sys/class/fc_host/host3/speed': '16 Gbit\n',
  'sys/class/fc_host/host3/port_state': 'Online\n',
  'sys/class/fc_host/host3/port_type': 'NPort (fabric via point-to-point)\n',
  'sys/class/fc_host/host3/port_id': '0x010c00\n',
  'sys/class/fc_host/host3/port_name': '0x21000024ff000001\n',
  'sys/class/fc_host/host3/fabric_name': '0\n',
  'sys/class/fc_host/host3/statistics/rx_frames': '0x1f\n',
  'sys/class/fc_host/host3/statistics/tx_words': '0xfffffffffffffffe\n',
  'sys/class/fc_host/host3/statistics/dumped_frames': '0xffffffffffffffff\n',
  'sys/class/fc_host/host3/statistics/reset_statistics': '',
};
const LINES = [
  'node_fibrechannel_info{fc_host="host3",speed="16 Gbit",port_state="Online",port_type="NPort (fabric via point-to-point)",port_id="010c00",port_name="21000024ff000001",fabric_name="0",symbolic_name="",supported_classes="",supported_speeds="",dev_loss_tmo=""} 1',
  'node_fibrechannel_rx_frames_total{fc_host="host3"} 31',
  'node_fibrechannel_tx_words_total{fc_host="host3"} 18446744073709552000',
];

test('fibrechannel emits the attributes and the statistics of a port', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(fibrechannel, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('fibrechannel drops a malformed counter and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/fc_host/host3/statistics/nos_count': '0xz\n' });
  assert.deepEqual(await collect(fibrechannel, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/fc_host/host3/statistics/nos_count: expected an integer, got "0xz"'],
    lines: LINES,
  });
});

test('fibrechannel leaves out the attributes of a port one of which cannot be read', async (context) => {
  await using machine = await createHostTree(FILES);
  failReads(context, /port_state$/, 'EIO');
  assert.deepEqual(await collect(fibrechannel, machine.host), {
    state: 'failed',
    errors: ['Cannot read /sys/class/fc_host/host3/port_state: input/output error'],
    lines: LINES.slice(1),
  });
});

test('fibrechannel is absent without /sys/class/fc_host', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(fibrechannel, machine.host), { state: 'absent', errors: [], lines: [] });
});
