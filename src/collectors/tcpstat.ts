import { defineCollector } from '../collection/collector.ts';
import { optional } from '../host/host.ts';
import { type Emit, gauge, semconv } from '../metrics/metric.ts';
import { type NetSockets, parseNetSockets } from '../parse/net-sockets.ts';

const sockets = gauge(
  'node_tcp_connection_states',
  'TCP sockets by state; for the states rx_queued_bytes and tx_queued_bytes, the bytes in the queues of all sockets.',
  ['state'],
);
const connections = semconv.intUpDownCounter(
  'system.network.connection.count',
  '{connection}',
  'TCP sockets of the host by state.',
  ['network.transport', 'network.connection.state'],
);

/**
 * The states of a TCP socket with their names in node_exporter and in the semantic conventions, in the order of the
 * kernel's numbers, which start at 1. The files never contain a socket in state 12 (TCP_NEW_SYN_RECV).
 * https://elixir.bootlin.com/linux/latest/source/include/net/tcp_states.h
 */
const STATES = [
  { name: 'established', semconv: 'established' },
  { name: 'syn_sent', semconv: 'syn_sent' },
  { name: 'syn_recv', semconv: 'syn_received' },
  { name: 'fin_wait1', semconv: 'fin_wait_1' },
  { name: 'fin_wait2', semconv: 'fin_wait_2' },
  { name: 'time_wait', semconv: 'time_wait' },
  { name: 'close', semconv: 'closed' },
  { name: 'close_wait', semconv: 'close_wait' },
  { name: 'last_ack', semconv: 'last_ack' },
  { name: 'listen', semconv: 'listen' },
  { name: 'closing', semconv: 'closing' },
];

/** https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export const tcpstat = defineCollector({
  name: 'tcpstat',
  help: 'TCP sockets by state from /proc/net/tcp and /proc/net/tcp6; slow on hosts with many sockets',
  enabled: 'semconv',
  create: () => ({
    families: [sockets, connections],
    collect({ proc }, emit) {
      const tcp = proc.read('net/tcp', parseNetSockets);
      // The file does not exist on a kernel without IPv6. A failed read throws, because a sum without IPv6 is wrong.
      const tcp6 = optional(() => proc.read('net/tcp6', parseNetSockets));
      const files = tcp6 === undefined ? [tcp] : [tcp, tcp6];
      emitSockets(emit, files);
      emitConnections(emit, files);
    },
  }),
});

/** Emits the number of sockets by state. A state without sockets has no series, as in node_exporter. */
function emitSockets(emit: Emit, files: readonly NetSockets[]): void {
  const values = new Map<string, number>();
  const add = (name: string, value: number): void => {
    values.set(name, (values.get(name) ?? 0) + value);
  };
  for (const { byState, txQueue, rxQueue } of files) {
    for (const [state, count] of byState) add(STATES[state - 1]?.name ?? 'unknown', count);
    if (byState.size === 0) continue;
    add('rx_queued_bytes', rxQueue);
    add('tx_queued_bytes', txQueue);
  }
  for (const [state, value] of values) emit(sockets, value, { state });
}

/** Emits the number of connections by state. A state without sockets has the value 0. */
function emitConnections(emit: Emit, files: readonly NetSockets[]): void {
  for (const [index, { semconv: state }] of STATES.entries()) {
    const count = files.reduce((sum, { byState }) => sum + (byState.get(index + 1) ?? 0), 0);
    emit(connections, count, { 'network.transport': 'tcp', 'network.connection.state': state });
  }
}
