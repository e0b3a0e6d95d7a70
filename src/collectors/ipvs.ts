import { attemptAll, defineCollector } from '../collection/collector.ts';
import { text } from '../flags/flag.ts';
import { counter, type Emit, gauge, labelsOf } from '../metrics/metric.ts';
import { type IpVsBackend, type IpVsStats, parseIpVs, parseIpVsStats } from '../parse/ip-vs.ts';

/** Fields of the totals and their families, in the order of the exposition. */
const TOTALS = [
  ['connections', counter('node_ipvs_connections_total', 'Connections to the virtual services of IPVS.')],
  [
    'incomingBytes',
    counter('node_ipvs_incoming_bytes_total', 'Bytes received from clients of the virtual services of IPVS.'),
  ],
  [
    'incomingPackets',
    counter('node_ipvs_incoming_packets_total', 'Packets received from clients of the virtual services of IPVS.'),
  ],
  [
    'outgoingBytes',
    counter('node_ipvs_outgoing_bytes_total', 'Bytes sent to clients of the virtual services of IPVS.'),
  ],
  [
    'outgoingPackets',
    counter('node_ipvs_outgoing_packets_total', 'Packets sent to clients of the virtual services of IPVS.'),
  ],
] as const;

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
    const backendFamilies = [
      [active, 'activeConnections'],
      [inactive, 'inactiveConnections'],
      [weight, 'weight'],
    ] as const;
    return {
      families: [active, inactive, weight, ...TOTALS.map(([, family]) => family)],
      collect(host, emit) {
        const { proc } = host;
        const emitBackends = (): void => {
          const backends = proc.read('net/ip_vs', parseIpVs);
          for (const group of Map.groupBy(backends, (backend) => keyOf(backend, labels)).values()) {
            const values = labelsOf(labels, (label) =>
              group[0] === undefined ? undefined : LABEL_VALUES[label](group[0]),
            );
            for (const [family, count] of backendFamilies) {
              const total = sum(group.map((backend) => backend[count]));
              if (total !== undefined) emit(family, total, values);
            }
          }
        };
        attemptAll(host, [() => emitTotals(emit, proc.read('net/ip_vs_stats', parseIpVsStats)), emitBackends]);
      },
    };
  },
});

function emitTotals(emit: Emit, totals: IpVsStats): void {
  for (const [key, family] of TOTALS) {
    const total = totals[key];
    if (total !== undefined) emit(family, total);
  }
}

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

/** Returns the sum of the numbers; `undefined` if one of them is malformed. */
function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce(
    (total, number) => (total === undefined || number === undefined ? undefined : total + number),
    0,
  );
}
