import type { Host } from '../../host/host.ts';
import { type Emit, semconv } from '../../metrics/metric.ts';
import type { DiskStats } from '../../parse/diskstats.ts';
import { parseIntegerFile } from '../../parse/lines.ts';
import { BYTES_PER_SECTOR, MILLISECONDS_PER_SECOND } from '../../util/units.ts';
import { toSysfsName } from './sysfs-name.ts';

const DEVICE = 'system.device';
const DIRECTION = 'disk.io.direction';

const io = semconv.intCounter('system.disk.io', 'By', 'Bytes read from and written to the block device.', [
  DEVICE,
  DIRECTION,
]);
const operations = semconv.intCounter(
  'system.disk.operations',
  '{operation}',
  'Reads and writes that the block device completed.',
  [DEVICE, DIRECTION],
);
const merged = semconv.intCounter(
  'system.disk.merged',
  '{operation}',
  'Reads from and writes to the block device that were merged with an adjacent operation.',
  [DEVICE, DIRECTION],
);
const operationTime = semconv.counter(
  'system.disk.operation_time',
  's',
  'Total duration of all reads from and writes to the block device, in seconds.',
  [DEVICE, DIRECTION],
);
const ioTime = semconv.counter(
  'system.disk.io_time',
  's',
  'Time during which the block device had I/O requests in flight, in seconds.',
  [DEVICE],
);
const pendingOperations = semconv.intUpDownCounter(
  'system.disk.pending_operations',
  '{operations}',
  'I/O requests in flight on the block device.',
  [DEVICE],
);
const weightedIoTime = semconv.counter(
  'system.disk.weighted_io_time',
  's',
  'Time during which the block device had I/O requests in flight, multiplied by the number of requests, in seconds.',
  [DEVICE],
);
const limit = semconv.intUpDownCounter('system.disk.limit', 'By', 'Capacity of the block device, in bytes.', [DEVICE]);

export const semconvFamilies = [
  ...[io, operations, merged, operationTime, ioTime, pendingOperations, weightedIoTime, limit],
];

/** Directions, each with the index of the first of its four columns: completed, merged, sectors, milliseconds. */
const DIRECTIONS = [
  ['read', 0],
  ['write', 4],
] as const;
/**
 * Index of the first of three columns about requests in flight: the number of requests, the milliseconds with requests, and
 * these milliseconds multiplied by the number of requests.
 */
const IN_FLIGHT_COLUMN = 8;

/** Returns the capacity of a device in sectors of 512 bytes, or `undefined` if the kernel does not report a capacity. */
export function readSectors({ sys }: Host, { device }: DiskStats): number | undefined {
  return sys.readIfPresent(`class/block/${toSysfsName(device)}/size`, parseIntegerFile);
}

export function emitSemconv(emit: Emit, { device, values }: DiskStats, sectors: number | undefined): void {
  for (const [direction, firstColumn] of DIRECTIONS) {
    const [completed, mergedCount, transferred, milliseconds] = values.slice(firstColumn);
    const attributes = { [DEVICE]: device, [DIRECTION]: direction };
    if (transferred !== undefined) emit(io, transferred * BYTES_PER_SECTOR, attributes);
    if (completed !== undefined) emit(operations, completed, attributes);
    if (mergedCount !== undefined) emit(merged, mergedCount, attributes);
    if (milliseconds !== undefined) emit(operationTime, milliseconds / MILLISECONDS_PER_SECOND, attributes);
  }
  const attributes = { [DEVICE]: device };
  const [inFlight, milliseconds, weighted] = values.slice(IN_FLIGHT_COLUMN);
  if (inFlight !== undefined) emit(pendingOperations, inFlight, attributes);
  if (milliseconds !== undefined) emit(ioTime, milliseconds / MILLISECONDS_PER_SECOND, attributes);
  if (weighted !== undefined) emit(weightedIoTime, weighted / MILLISECONDS_PER_SECOND, attributes);
  if (sectors !== undefined) emit(limit, sectors * BYTES_PER_SECTOR, attributes);
}
