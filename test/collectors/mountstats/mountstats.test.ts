import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountstats } from '../../../src/collectors/mountstats/mountstats.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree } from '../../support/host-tree.ts';

function numbers(count: number, first: number): string {
  return Array.from({ length: count }, (_, index) => first + index).join(' ');
}

function mount(point: string, ...transports: readonly string[]): string {
  return `device filer:/srv mounted on ${point} with fstype nfs4 statvers=1.1
\tage:\t120
\tevents:\t${numbers(27, 100)}
\tbytes:\t${numbers(8, 1)}
${transports.map((transport) => `\txprt:\t${transport}\n`).join('')}\tper-op statistics
\t        READ: 11 12 13 14 15 1001 2002 3003 19

`;
}

const TCP = `tcp ${numbers(13, 201)}`;
const SYSTEM = 'device /dev/vda1 mounted on / with fstype ext4\n';
const SYSTEM_INFO = '22 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n';

function info(id: number, point: string, address: string): string {
  return `${id} 22 0:${id} / ${point} rw shared:9 - nfs4 filer:/srv rw,vers=4.2,clientaddr=10.0.0.2,addr=${address}\n`;
}

const EVENTS =
  'inode_revalidate dnode_revalidate data_invalidate attribute_invalidate vfs_open vfs_lookup vfs_access ' +
  'vfs_update_page vfs_read_page vfs_read_pages vfs_write_page vfs_write_pages vfs_getdents vfs_setattr vfs_flush ' +
  'vfs_fsync vfs_lock vfs_file_release - truncation write_extension silly_rename short_read short_write jukebox_delay ' +
  'pnfs_read pnfs_write';

const LABELS = 'export="filer:/srv",protocol="tcp",mountaddr="10.0.0.1"';

test('mountstats emits the statistics of a mount', async () => {
  await using machine = await createHostTree({
    'proc/self/mountstats': SYSTEM + mount('/mnt/srv', TCP),
    'proc/self/mountinfo': SYSTEM_INFO + info(40, '/mnt/srv', '10.0.0.1'),
  });
  const line = (name: string, value: number, label = '') => `node_mountstats_nfs_${name}{${LABELS}${label}} ${value}`;
  const [transport, read] = [',transport="0"', ',operation="READ"'];
  assert.deepEqual(await collect(mountstats, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      line('mountpoint_info', 1, ',mountpoint="/mnt/srv"'),
      line('age_seconds_total', 120),
      line('read_bytes_total', 1),
      line('write_bytes_total', 2),
      line('direct_read_bytes_total', 3),
      line('direct_write_bytes_total', 4),
      line('total_read_bytes_total', 5),
      line('total_write_bytes_total', 6),
      line('read_pages_total', 7),
      line('write_pages_total', 8),
      ...EVENTS.split(' ').flatMap((name, index) => (name === '-' ? [] : line(`event_${name}_total`, 100 + index))),
      line('transport_bind_total', 202, transport),
      line('transport_connect_total', 203, transport),
      line('transport_idle_time_seconds', 205, transport),
      line('transport_sends_total', 206, transport),
      line('transport_receives_total', 207, transport),
      line('transport_bad_transaction_ids_total', 208, transport),
      line('transport_backlog_queue_total', 210, transport),
      line('transport_maximum_rpc_slots', 211, transport),
      line('transport_sending_queue_total', 212, transport),
      line('transport_pending_queue_total', 213, transport),
      line('operations_requests_total', 11, read),
      line('operations_transmissions_total', 12, read),
      line('operations_major_timeouts_total', 13, read),
      line('operations_sent_bytes_total', 14, read),
      line('operations_received_bytes_total', 15, read),
      line('operations_queue_time_seconds_total', 1.001, read),
      line('operations_response_time_seconds_total', 2.002, read),
      line('operations_request_time_seconds_total', 3.003, read),
    ],
  });
});

test('mountstats emits the statistics of an export once, with every transport and mount point', async () => {
  await using machine = await createHostTree({
    'proc/self/mountstats': mount('/a', TCP, TCP) + mount('/b', TCP),
    'proc/self/mountinfo': info(40, '/a', '10.0.0.1') + info(41, '/b', '10.0.0.1'),
  });
  const { lines } = await collect(mountstats, machine.host);
  const of = (name: string) => lines.filter((line) => line.startsWith(`node_mountstats_nfs_${name}{`));
  assert.deepEqual(of('mountpoint_info'), [
    `node_mountstats_nfs_mountpoint_info{${LABELS},mountpoint="/a"} 1`,
    `node_mountstats_nfs_mountpoint_info{${LABELS},mountpoint="/b"} 1`,
  ]);
  assert.equal(of('age_seconds_total').length, 1);
  assert.deepEqual(of('transport_sends_total'), [
    `node_mountstats_nfs_transport_sends_total{${LABELS},transport="0"} 206`,
    `node_mountstats_nfs_transport_sends_total{${LABELS},transport="1"} 206`,
  ]);
});

test('mountstats distinguishes servers of one name by their addresses', async () => {
  await using machine = await createHostTree({
    'proc/self/mountstats': mount('/a', TCP) + mount('/b', TCP) + mount('/c', TCP),
    'proc/self/mountinfo': info(40, '/a', '10.0.0.1') + info(41, '/b', '2001:db8::1'),
  });
  const { lines } = await collect(mountstats, machine.host);
  assert.deepEqual(
    lines.filter((line) => line.includes('age_seconds')).map((line) => /mountaddr="(.*?)"/.exec(line)?.[1]),
    ['10.0.0.1', '2001:db8::1'],
  );
});

test('mountstats drops a mount without its numbers of a transport', async () => {
  await using machine = await createHostTree({
    'proc/self/mountstats': mount('/a', 'tcp 1'),
    'proc/self/mountinfo': info(40, '/a', '10.0.0.1'),
  });
  assert.deepEqual(await collect(mountstats, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/self/mountstats: expected more numbers in "\\txprt:\\ttcp 1"'],
    lines: [],
  });
});

test('mountstats emits nothing without an NFS mount, and is absent without /proc/self/mountstats', async () => {
  await using machine = await createHostTree({ 'proc/self/mountstats': SYSTEM, 'proc/self/mountinfo': SYSTEM_INFO });
  assert.deepEqual(await collect(mountstats, machine.host), { state: 'ok', errors: [], lines: [] });
  await machine.remove('proc/self/mountstats');
  assert.deepEqual(await collect(mountstats, machine.host), { state: 'absent', errors: [], lines: [] });
});
