import assert from 'node:assert/strict';
import { test } from 'node:test';
import { udpQueues } from '../../src/collectors/udp_queues.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const HEADINGS = '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n';

function socket(local: string, queues: string): string {
  return `  101: ${local}:0035 ${local.replaceAll(/./g, '0')}:0000 07 ${queues} 00:00000000 00000000     0        0 17 2 0 0\n`;
}

const FILES = {
  'proc/net/udp': HEADINGS + socket('0100007F', '00000010:00000002') + socket('00000000', '00000001:00000000'),
  'proc/net/udp6': HEADINGS + socket('0'.repeat(32), '00000000:000000FF'),
};

test('udp_queues emits the bytes in the queues of all sockets', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(udpQueues, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_udp_queues{queue="tx",ip="v4"} 17',
      'node_udp_queues{queue="rx",ip="v4"} 2',
      'node_udp_queues{queue="tx",ip="v6"} 0',
      'node_udp_queues{queue="rx",ip="v6"} 255',
    ],
  });
});

test('udp_queues emits IPv6 alone on a kernel without IPv4, and is absent where both files are missing', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('proc/net/udp');
  const { state, lines } = await collect(udpQueues, machine.host);
  assert.equal(state, 'ok');
  assert.deepEqual(lines, ['node_udp_queues{queue="tx",ip="v6"} 0', 'node_udp_queues{queue="rx",ip="v6"} 255']);
  await machine.remove('proc/net/udp6');
  assert.deepEqual(await collect(udpQueues, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('udp_queues drops a damaged socket and keeps the others', async () => {
  await using machine = await createHostTree(FILES);
  const { lines: all } = await collect(udpQueues, machine.host);
  await machine.write({ 'proc/net/udp': `${FILES['proc/net/udp']}  101: x\n` });
  assert.deepEqual(await collect(udpQueues, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/udp: unexpected line "  101: x"'],
    lines: all,
  });
});
