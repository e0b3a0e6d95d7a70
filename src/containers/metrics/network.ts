import { counter } from '../../metrics/metric.ts';
import type { InterfaceTraffic } from '../../parse/net-dev.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const LABELS = [...CONTAINER_LABELS, 'interface'] as const;

const receivedBytes = counter(
  'container_network_receive_bytes_total',
  'Bytes that the container received on the network interface.',
  LABELS,
);
const receivedPackets = counter(
  'container_network_receive_packets_total',
  'Packets that the container received on the network interface.',
  LABELS,
);
const receiveErrors = counter(
  'container_network_receive_errors_total',
  "Receive errors of the container's network interface.",
  LABELS,
);
const receiveDropped = counter(
  'container_network_receive_packets_dropped_total',
  "Received packets that the container's network interface dropped.",
  LABELS,
);
const transmittedBytes = counter(
  'container_network_transmit_bytes_total',
  'Bytes that the container transmitted on the network interface.',
  LABELS,
);
const transmittedPackets = counter(
  'container_network_transmit_packets_total',
  'Packets that the container transmitted on the network interface.',
  LABELS,
);
const transmitErrors = counter(
  'container_network_transmit_errors_total',
  "Transmit errors of the container's network interface.",
  LABELS,
);
const transmitDropped = counter(
  'container_network_transmit_packets_dropped_total',
  "Packets that the container's network interface dropped instead of transmitting them.",
  LABELS,
);

export const networkFamilies = [
  ...[receivedBytes, receivedPackets, receiveErrors, receiveDropped],
  ...[transmittedBytes, transmittedPackets, transmitErrors, transmitDropped],
];

export function emitNetwork(emit: EmitIfKnown, interfaces: readonly InterfaceTraffic[], labels: ContainerLabels): void {
  for (const { name, received, transmitted } of interfaces) {
    const withInterface = { ...labels, interface: name };
    emit(receivedBytes, received.bytes, withInterface);
    emit(receivedPackets, received.packets, withInterface);
    emit(receiveErrors, received.errors, withInterface);
    emit(receiveDropped, received.dropped, withInterface);
    emit(transmittedBytes, transmitted.bytes, withInterface);
    emit(transmittedPackets, transmitted.packets, withInterface);
    emit(transmitErrors, transmitted.errors, withInterface);
    emit(transmitDropped, transmitted.dropped, withInterface);
  }
}
