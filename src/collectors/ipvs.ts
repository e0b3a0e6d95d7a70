import { defineCollector } from '../collection/collector.ts';
import { text } from '../flags/flag.ts';
import { counter, gauge, labelsOf } from '../metrics/metric.ts';
import { type IpVsBackend, parseIpVs, parseIpVsStats } from '../parse/ip-vs.ts';

const connections = counter('node_ipvs_connections_total', 'Connections to the virtual services of IPVS.');
const incomingPackets = counter(
  'node_ipvs_incoming_packets_total',
  'Packets received from clients of the virtual services of IPVS.',
);
const outgoingPackets = counter(
  'node_ipvs_outgoing_packets_total',
  'Packets sent to clients of the virtual services of IPVS.',
);
const incomingBytes = counter(
  'node_ipvs_incoming_bytes_total',
  'Bytes received from clients of the virtual services of IPVS.',
);
const outgoingBytes = counter(
  'node_ipvs_outgoing_bytes_total',
  'Bytes sent to clients of the virtual services of IPVS.',
);

const LABELS = ['local_address', 'local_port', 'remote_address', 'remote_port', 'proto', 'local_mark'] as const;
type BackendLabel = (typeof LABELS)[number];

const LABEL_VALUES: Readonly<Record<BackendLabel, (backend: IpVsBackend) => string>> = {
  local_address: ({ localAddress }) => localAddress,
  local_port: ({ localPort }) => String(localPort),
  remote_address: ({ remoteAddress }) => remoteAddress,
  remote_port: ({ remotePort }) => String(remotePort),
  proto: ({ protocol }) => protocol,
  local_mark: ({ localMark }) => localMark,
};

/** http://www.linuxvirtualserver.org/ */
export const ipvs = defineCollector({
  name: 'ipvs',
  help: 'Virtual services of IPVS and their backends from /proc/net/ip_vs and /proc/net/ip_vs_stats',
  flags: {
    'backend-labels': text(
      'Labels of IPVS backends, separated by commas; backends with equal labels are added up.',
      'LABELS',
      LABELS.join(),
    ),
  },
  create({ 'backend-labels': names }) {
    const labels = parseLabels(names);
    const active = gauge('node_ipvs_backend_connections_active', 'Active connections to the IPVS backend.', labels);
    const inactive = gauge(
      'node_ipvs_backend_connections_inactive',
      'Inactive connections to the IPVS backend.',
      labels,
    );
    const weight = gauge('node_ipvs_backend_weight', 'Weight of the IPVS backend.', labels);
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
          const values = labelsOf(labels, (label) =>
            group[0] === undefined ? undefined : LABEL_VALUES[label](group[0]),
          );
          emit(active, sum(group, 'activeConnections'), values);
          emit(inactive, sum(group, 'inactiveConnections'), values);
          emit(weight, sum(group, 'weight'), values);
        }
      },
    };
  },
});

/**
 * Returns the labels in a list separated by commas, in the order of {@link LABELS}.
 *
 * @throws {Error} if the list contains an unknown label
 */
function parseLabels(list: string): readonly BackendLabel[] {
  const names = new Set(list.split(',').filter((name) => name !== ''));
  const unknown = [...names].filter((name) => !LABELS.some((label) => label === name));
  if (unknown.length > 0) {
    const quoted = unknown.map((name) => JSON.stringify(name)).join(', ');
    throw new Error(`Cannot use --collector.ipvs.backend-labels with ${quoted}`);
  }
  return LABELS.filter((label) => names.has(label));
}

function keyOf(backend: IpVsBackend, labels: readonly BackendLabel[]): string {
  return labels.map((label) => LABEL_VALUES[label](backend)).join();
}

function sum(backends: readonly IpVsBackend[], count: 'activeConnections' | 'inactiveConnections' | 'weight'): number {
  return backends.reduce((total, backend) => total + backend[count], 0);
}
