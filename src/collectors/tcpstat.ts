import { defineCollector } from '../collection/collector.ts';
import { type Emit, gauge, semconv } from '../metrics/metric.ts';
import { type NetSockets, parseNetSockets } from '../parse/net-sockets.ts';

const states = gauge('node_tcp_connection_states', 'TCP sockets by state, and the bytes in their queues.', ['state']);

/** By number, from 1; `include/net/tcp_states.h`. */
const STATES = [
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
];

const connections = semconv.upDownCounter('system.network.connection.count', '{connection}', 'TCP sockets by state.', [
  'network.transport',
  'network.connection.state',
]);

/** By number, as {@link STATES}; the kernel never lists the 12th. */
const CONVENTIONAL_STATES = [
  'established',
  'syn_sent',
  'syn_received',
  'fin_wait_1',
  'fin_wait_2',
  'time_wait',
  'closed',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
];

export const tcpstat = defineCollector({
  name: 'tcpstat',
  help: 'TCP sockets by state from /proc/net/tcp and /proc/net/tcp6; slow where there are many',
  enabled: 'semconv',
  create: () => ({
    families: [states, connections],
    collect({ proc }, emit) {
      const tcp = proc.read('net/tcp', parseNetSockets);
      // A kernel without IPv6 has no such file.
      const tcp6 = proc.readIfPresent('net/tcp6', parseNetSockets);
      const files = tcp6 === undefined ? [tcp] : [tcp, tcp6];
      emitSockets(emit, files);
      emitConnections(emit, files);
    },
  }),
});

/** Of states that no socket is in there is no series, as in node_exporter. */
function emitSockets(emit: Emit, files: readonly NetSockets[]): void {
  const byName = new Map<string, number>();
  const add = (name: string, value: number): void => {
    byName.set(name, (byName.get(name) ?? 0) + value);
  };
  for (const { byState, txQueue, rxQueue } of files) {
    for (const [state, count] of byState) add(STATES[state - 1] ?? 'unknown', count);
    if (byState.size === 0) continue;
    add('rx_queued_bytes', rxQueue);
    add('tx_queued_bytes', txQueue);
  }
  for (const [state, value] of byName) emit(states, value, { state });
}

/** Every socket is in one of the states: where there is none, there are 0. */
function emitConnections(emit: Emit, files: readonly NetSockets[]): void {
  for (const [index, state] of CONVENTIONAL_STATES.entries()) {
    const count = files.reduce((sum, { byState }) => sum + (byState.get(index + 1) ?? 0), 0);
    emit(connections, count, { 'network.transport': 'tcp', 'network.connection.state': state });
  }
}
