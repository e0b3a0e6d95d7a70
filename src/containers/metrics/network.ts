import { counter } from '../../metrics/metric.ts';
import type { InterfaceTraffic } from '../../parse/net-dev.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const LABELS = [...CONTAINER_LABELS, 'interface'] as const;

const receivedBytes = counter('container_network_receive_bytes_total', 'Bytes received.', LABELS);
const receivedPackets = counter('container_network_receive_packets_total', 'Packets received.', LABELS);
const receiveErrors = counter('container_network_receive_errors_total', 'Errors while receiving.', LABELS);
const receiveDropped = counter(
  'container_network_receive_packets_dropped_total',
  'Packets dropped while receiving.',
  LABELS,
);
const transmittedBytes = counter('container_network_transmit_bytes_total', 'Bytes transmitted.', LABELS);
const transmittedPackets = counter('container_network_transmit_packets_total', 'Packets transmitted.', LABELS);
const transmitErrors = counter('container_network_transmit_errors_total', 'Errors while transmitting.', LABELS);
const transmitDropped = counter(
  'container_network_transmit_packets_dropped_total',
  'Packets dropped while transmitting.',
  LABELS,
);

export const networkFamilies = [
  receivedBytes,
  receivedPackets,
  receiveErrors,
  receiveDropped,
  transmittedBytes,
  transmittedPackets,
  transmitErrors,
  transmitDropped,
];

export function emitNetwork(put: EmitIfKnown, interfaces: readonly InterfaceTraffic[], labels: ContainerLabels): void {
  for (const { name, received, transmitted } of interfaces) {
    const withInterface = labels.with('interface', name).base;
    put(receivedBytes, received.bytes, withInterface);
    put(receivedPackets, received.packets, withInterface);
    put(receiveErrors, received.errors, withInterface);
    put(receiveDropped, received.dropped, withInterface);
    put(transmittedBytes, transmitted.bytes, withInterface);
    put(transmittedPackets, transmitted.packets, withInterface);
    put(transmitErrors, transmitted.errors, withInterface);
    put(transmitDropped, transmitted.dropped, withInterface);
  }
}
