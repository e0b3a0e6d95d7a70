import { defineCollector } from '../collection/collector.ts';
import { text } from '../flags/flag.ts';
import { counter, gauge, labelsOf } from '../metrics/metric.ts';
import { type IpVsBackend, parseIpVs, parseIpVsStats } from '../parse/ip-vs.ts';

const connections = counter('node_ipvs_connections_total', 'Connections made to virtual services.');
const incomingPackets = counter('node_ipvs_incoming_packets_total', 'Packets to virtual services.');
const outgoingPackets = counter('node_ipvs_outgoing_packets_total', 'Packets from virtual services.');
const incomingBytes = counter('node_ipvs_incoming_bytes_total', 'Bytes to virtual services.');
const outgoingBytes = counter('node_ipvs_outgoing_bytes_total', 'Bytes from virtual services.');

const LABELS = ['local_address', 'local_port', 'remote_address', 'remote_port', 'proto', 'local_mark'] as const;
type Label = (typeof LABELS)[number];

/** http://www.linuxvirtualserver.org/ */
export const ipvs = defineCollector({
  name: 'ipvs',
  help: 'Virtual services and their servers from /proc/net/ip_vs and /proc/net/ip_vs_stats',
  flags: {
    'backend-labels': text(
      'Labels of IPVS servers, with commas; servers that agree in all are added up.',
      'LABELS',
      LABELS.join(),
    ),
  },
  create({ 'backend-labels': wanted }) {
    const labels = readLabels(wanted);
    const active = gauge('node_ipvs_backend_connections_active', 'Active connections to the server.', labels);
    const inactive = gauge('node_ipvs_backend_connections_inactive', 'Inactive connections to the server.', labels);
    const weight = gauge('node_ipvs_backend_weight', 'Weight of the server.', labels);
    return {
      families: [active, inactive, weight, connections, incomingBytes, incomingPackets, outgoingBytes, outgoingPackets],
      collect({ proc }, emit) {
        const totals = proc.read('net/ip_vs_stats', parseIpVsStats);
        emit(connections, totals.connections);
        emit(incomingBytes, totals.incomingBytes);
        emit(incomingPackets, totals.incomingPackets);
        emit(outgoingBytes, totals.outgoingBytes);
        emit(outgoingPackets, totals.outgoingPackets);
        const backends = proc.read('net/ip_vs', parseIpVs);
        for (const group of Map.groupBy(backends, (backend) => keyOf(backend, labels)).values()) {
          const values = labelsOf(labels, (label) => (group[0] === undefined ? undefined : labelOf(group[0], label)));
          emit(active, sum(group, 'activeConnections'), values);
          emit(inactive, sum(group, 'inactiveConnections'), values);
          emit(weight, sum(group, 'weight'), values);
        }
      },
    };
  },
});

/** In their own order, whatever that of the flag. */
function readLabels(wanted: string): readonly Label[] {
  const names = new Set(wanted.split(',').filter((name) => name !== ''));
  const unknown = [...names].filter((name) => !LABELS.some((label) => label === name));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot use --collector.ipvs.backend-labels with ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
    );
  }
  return LABELS.filter((label) => names.has(label));
}

function labelOf(backend: IpVsBackend, label: Label): string {
  switch (label) {
    case 'local_address':
      return backend.localAddress;
    case 'local_port':
      return String(backend.localPort);
    case 'local_mark':
      return backend.localMark;
    case 'remote_address':
      return backend.remoteAddress;
    case 'remote_port':
      return String(backend.remotePort);
    case 'proto':
      return backend.protocol;
  }
}

function keyOf(backend: IpVsBackend, labels: readonly Label[]): string {
  return labels.map((label) => labelOf(backend, label)).join();
}

function sum(backends: readonly IpVsBackend[], count: 'activeConnections' | 'inactiveConnections' | 'weight'): number {
  return backends.reduce((total, backend) => total + backend[count], 0);
}
