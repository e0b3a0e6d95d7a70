import { type Emit, semconv } from '../../metrics/metric.ts';
import { skipUndefined } from '../support/emit-defined.ts';
import { COLUMNS, type DeviceCounts } from './columns.ts';

const INTERFACE = 'network.interface.name';
const DIRECTION = 'network.io.direction';

const io = semconv.intCounter('system.network.io', 'By', 'Bytes received and sent by the network interface.', [
  INTERFACE,
  DIRECTION,
]);
/** This is the only metric whose interface attribute is named `system.device` in the semantic conventions. */
const packets = semconv.intCounter(
  'system.network.packet.count',
  '{packet}',
  'Packets received and sent by the network interface.',
  ['system.device', DIRECTION],
);
const dropped = semconv.intCounter(
  'system.network.packet.dropped',
  '{packet}',
  'Packets that the network interface dropped although they had no error.',
  [INTERFACE, DIRECTION],
);
const errors = semconv.intCounter(
  'system.network.errors',
  '{error}',
  'Packets that the network interface received with an error or failed to send.',
  [INTERFACE, DIRECTION],
);

export const semconvFamilies = [io, packets, dropped, errors] as const;

/** Each direction with the index of its first column in {@link COLUMNS}. */
const DIRECTIONS = [
  ['receive', 0],
  ['transmit', COLUMNS.length / 2],
] as const;

/**
 * Emits the counters of one device.
 *
 * @param counts counters of the {@link COLUMNS}, in the same order
 */
export function emitSemconv(emit: Emit, device: string, counts: DeviceCounts): void {
  const emitDefined = skipUndefined(emit);
  for (const [direction, first] of DIRECTIONS) {
    const [bytes, packetCount, errorCount, droppedCount] = counts.slice(first);
    const attributes = { [INTERFACE]: device, [DIRECTION]: direction };
    emitDefined(io, bytes, attributes);
    emitDefined(packets, packetCount, { 'system.device': device, [DIRECTION]: direction });
    emitDefined(dropped, droppedCount, attributes);
    emitDefined(errors, errorCount, attributes);
  }
}
