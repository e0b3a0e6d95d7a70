import { counter } from '../../metrics/metric.ts';
import type { DeviceIo } from '../../parse/cgroup.ts';
import type { EmitIfKnown } from './emit-if-known.ts';
import { CONTAINER_LABELS, type ContainerLabels } from './labels.ts';

const LABELS = [...CONTAINER_LABELS, 'device'] as const;

const readBytes = counter('container_fs_reads_bytes_total', 'Bytes read from a device.', LABELS);
const writtenBytes = counter('container_fs_writes_bytes_total', 'Bytes written to a device.', LABELS);
const reads = counter('container_fs_reads_total', 'Reads from a device.', LABELS);
const writes = counter('container_fs_writes_total', 'Writes to a device.', LABELS);

export const ioFamilies = [readBytes, writtenBytes, reads, writes];

/** @param nameOf what a device is called: `/dev/vda` for `254:0` */
export function emitIo(
  put: EmitIfKnown,
  devices: readonly DeviceIo[],
  { labels, nameOf }: { readonly labels: ContainerLabels; readonly nameOf: (device: string) => string },
): void {
  for (const io of devices) {
    const withDevice = labels.with('device', nameOf(io.device)).base;
    put(readBytes, io.readBytes, withDevice);
    put(writtenBytes, io.writeBytes, withDevice);
    put(reads, io.reads, withDevice);
    put(writes, io.writes, withDevice);
  }
}
