import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpstat } from '../../src/collectors/tcpstat.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const HEADINGS = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n';

function socket(state: string, queues: string): string {
  return `   0: 0100007F:1F90 00000000:0000 ${state} ${queues} 00:00000000 00000000  1000\n`;
}

const FILES = {
  'proc/net/tcp': HEADINGS + socket('0A', '00000000:00000001') + socket('01', '00000010:00000000'),
  'proc/net/tcp6': HEADINGS + socket('0A', '00000000:00000002') + socket('0C', '00000000:00000000'),
};

test('tcpstat emits the states of the sockets and the bytes in their queues', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(tcpstat, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_tcp_connection_states{state="listen"} 2',
      'node_tcp_connection_states{state="established"} 1',
      'node_tcp_connection_states{state="rx_queued_bytes"} 3',
      'node_tcp_connection_states{state="tx_queued_bytes"} 16',
      'node_tcp_connection_states{state="unknown"} 1',
    ],
  });
});

test('tcpstat names every state of the kernel', async () => {
  const states = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '0A', '0B'];
  await using machine = await createHostTree({
    'proc/net/tcp': HEADINGS + states.map((state) => socket(state, '00000000:00000000')).join(''),
  });
  const { lines } = await collect(tcpstat, machine.host);
  assert.deepEqual(
    lines.slice(0, 11).map((line) => /"(.*)"/.exec(line)?.[1]),
    [
      'established',
      'syn_sent',
      'syn_recv',
      'fin_wait1',
      'fin_wait2',
      'time_wait',
      'close',
      'close_wait',
      'last_ack',
      'listen',
      'closing',
    ],
  );
});

test('tcpstat emits nothing where no socket is listed', async () => {
  await using machine = await createHostTree({ 'proc/net/tcp': HEADINGS });
  assert.deepEqual(await collect(tcpstat, machine.host), { state: 'ok', errors: [], lines: [] });
});

test('tcpstat drops a damaged file and keeps the other', async () => {
  await using machine = await createHostTree({ ...FILES, 'proc/net/tcp6': HEADINGS });
  const { lines: all } = await collect(tcpstat, machine.host);
  await machine.write({ 'proc/net/tcp6': `${HEADINGS}   0: x\n` });
  assert.deepEqual(await collect(tcpstat, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/net/tcp6: unexpected line "   0: x"'],
    lines: all,
  });
});

test('tcpstat is absent where /proc/net/tcp is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(tcpstat, machine.host), { state: 'absent', errors: [], lines: [] });
});
