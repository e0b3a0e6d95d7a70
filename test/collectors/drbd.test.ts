import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drbd } from '../../src/collectors/drbd.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const TEXT = ` 0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
    ns:10 nr:11 dw:12 dr:13 al:14 bm:15 lo:16 pe:17 ua:18 ap:19 ep:20 wo:f oos:21
`;
const LINES = [
  'node_drbd_network_sent_bytes_total{device="drbd0"} 10240',
  'node_drbd_network_received_bytes_total{device="drbd0"} 11',
  'node_drbd_disk_written_bytes_total{device="drbd0"} 12288',
  'node_drbd_disk_read_bytes_total{device="drbd0"} 13312',
  'node_drbd_activitylog_writes_total{device="drbd0"} 14',
  'node_drbd_bitmap_writes_total{device="drbd0"} 15',
  'node_drbd_local_pending{device="drbd0"} 16',
  'node_drbd_remote_pending{device="drbd0"} 17',
  'node_drbd_remote_unacknowledged{device="drbd0"} 18',
  'node_drbd_application_pending{device="drbd0"} 19',
  'node_drbd_epochs{device="drbd0"} 20',
  'node_drbd_out_of_sync_bytes{device="drbd0"} 21504',
  'node_drbd_node_role_is_primary{device="drbd0",node="local"} 1',
  'node_drbd_node_role_is_primary{device="drbd0",node="remote"} 0',
  'node_drbd_disk_state_is_up_to_date{device="drbd0",node="local"} 1',
  'node_drbd_disk_state_is_up_to_date{device="drbd0",node="remote"} 0',
  'node_drbd_connected{device="drbd0"} 0',
];

test('drbd emits the fields of a device', async () => {
  await using machine = await createHostTree({ 'proc/drbd': TEXT });
  assert.deepEqual(await collect(drbd, machine.host), { state: 'ok', errors: [], lines: LINES });
});

test('drbd emits the local states of a device without a peer', async () => {
  await using machine = await createHostTree({ 'proc/drbd': ' 1: cs:Unconfigured\n 2: cs:Connected ro:Primary\n' });
  assert.deepEqual((await collect(drbd, machine.host)).lines, [
    'node_drbd_connected{device="drbd1"} 0',
    'node_drbd_connected{device="drbd2"} 1',
    'node_drbd_node_role_is_primary{device="drbd2",node="local"} 1',
  ]);
});

test('drbd drops a malformed counter and keeps everything else', async () => {
  await using machine = await createHostTree({ 'proc/drbd': TEXT });
  const { lines: all } = await collect(drbd, machine.host);
  await machine.write({ 'proc/drbd': `${TEXT} 1: cs:Connected ns:x lo:-2\n` });
  const { state, errors, lines } = await collect(drbd, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot parse /proc/drbd: expected a number, got "x" in " 1: cs:Connected ns:x lo:-2"']);
  assert.deepEqual(
    lines.toSorted(),
    [...all, 'node_drbd_connected{device="drbd1"} 1', 'node_drbd_local_pending{device="drbd1"} -2'].toSorted(),
  );
});

test('drbd is absent without /proc/drbd', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(drbd, machine.host), { state: 'absent', errors: [], lines: [] });
});
