import { counter } from '../../metrics/metric.ts';
import type { DeviceIo } from '../../parse/cgroup.ts';
import type { DeviceName } from '../usage/device-names.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const LABELS = [...CONTAINER_LABELS, 'device'] as const;

const readBytes = counter(
  'container_fs_reads_bytes_total',
  'Bytes that the container read from the block device.',
  LABELS,
);
const writtenBytes = counter(
  'container_fs_writes_bytes_total',
  'Bytes that the container wrote to the block device.',
  LABELS,
);
const reads = counter('container_fs_reads_total', 'Read operations of the container on the block device.', LABELS);
const writes = counter('container_fs_writes_total', 'Write operations of the container on the block device.', LABELS);

export const ioFamilies = [readBytes, writtenBytes, reads, writes];

export function emitIo(
  emit: EmitIfKnown,
  devices: readonly DeviceIo[],
  { labels, deviceName }: { readonly labels: ContainerLabels; readonly deviceName: DeviceName },
): void {
  for (const io of devices) {
    const withDevice = { ...labels, device: deviceName(io.device) };
    emit(readBytes, io.readBytes, withDevice);
    emit(writtenBytes, io.writeBytes, withDevice);
    emit(reads, io.reads, withDevice);
    emit(writes, io.writes, withDevice);
  }
}
