import { defineCollector, forEachItem } from '../collection/collector.ts';
import { AbsentError, type KernelTree } from '../host/host.ts';
import { counter, type Emit, familiesByName, gauge } from '../metrics/metric.ts';
import * as parse from '../parse/bcachefs.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { toMetricNamePart } from './support/metric-name.ts';

const info = gauge('node_bcachefs_info', 'Presence of the bcachefs file system; always 1.', ['uuid']);
const cacheSize = gauge(
  'node_bcachefs_btree_cache_size_bytes',
  'Memory used by the B-tree cache of the bcachefs file system, in bytes.',
  ['uuid'],
);
const compressed = gauge(
  'node_bcachefs_compression_compressed_bytes',
  'Size of the data that the bcachefs file system stores with the compression algorithm, after compression, in bytes.',
  ['uuid', 'algorithm'],
);
const uncompressed = gauge(
  'node_bcachefs_compression_uncompressed_bytes',
  'Size of the data that the bcachefs file system stores with the compression algorithm, before compression, in bytes.',
  ['uuid', 'algorithm'],
);
const errors = counter('node_bcachefs_errors_total', 'Errors of the bcachefs file system, by type.', [
  'uuid',
  'error_type',
]);
const writes = counter(
  'node_bcachefs_btree_writes_total',
  'Writes of B-tree nodes of the bcachefs file system, by type.',
  ['uuid', 'type'],
);
const writeSize = gauge(
  'node_bcachefs_btree_write_average_size_bytes',
  'Average size of the writes of B-tree nodes of the bcachefs file system, by type, in bytes.',
  ['uuid', 'type'],
);
const deviceInfo = gauge(
  'node_bcachefs_device_info',
  'Label and state of a device of the bcachefs file system; always 1.',
  ['uuid', 'device', 'label', 'state'],
);
const bucketSize = gauge(
  'node_bcachefs_device_bucket_size_bytes',
  'Size of one bucket on the device of the bcachefs file system, in bytes.',
  ['uuid', 'device'],
);
const buckets = gauge('node_bcachefs_device_buckets', 'Buckets on the device of the bcachefs file system.', [
  'uuid',
  'device',
]);
const durability = gauge(
  'node_bcachefs_device_durability',
  'Number of replicas that one copy of data on the device of the bcachefs file system counts as.',
  ['uuid', 'device'],
);
const ioDone = counter(
  'node_bcachefs_device_io_done_bytes_total',
  'Bytes read from and written to the device of the bcachefs file system.',
  ['uuid', 'device', 'operation', 'data_type'],
);
const ioErrors = counter(
  'node_bcachefs_device_io_errors_total',
  'I/O errors of the device of the bcachefs file system, by type.',
  ['uuid', 'device', 'type'],
);

const counterNamed = familiesByName((name) =>
  counter(`node_bcachefs_${name}_total`, `Value of the counter ${name} since the bcachefs file system was created.`, [
    'uuid',
  ]),
);

/** https://docs.kernel.org/filesystems/bcachefs/index.html, fs/bcachefs/sysfs.c */
export const bcachefs = defineCollector({
  name: 'bcachefs',
  help: 'bcachefs file systems and their devices from /sys/fs/bcachefs',
  create: () => ({
    families: [
      ...[info, cacheSize, compressed, uncompressed, errors, writes, writeSize],
      ...[deviceInfo, bucketSize, buckets, durability, ioDone, ioErrors],
    ],
    dynamicFamilies: [counterNamed('<counter>')],
    async collect({ sys }, emit) {
      const names = sys.list('fs/bcachefs');
      if (names.length === 0) throw new AbsentError('Cannot find a bcachefs file system');
      await forEachItem(names, (uuid) => emitFileSystem(emit, uuid, readFileSystem(sys, `fs/bcachefs/${uuid}`)));
    },
  }),
});

type BcachefsFileSystem = ReturnType<typeof readFileSystem>;

function readFileSystem(sys: KernelTree, path: string) {
  const names = sys.list(path);
  return {
    cacheSize: sys.readIfPresent(`${path}/btree_cache_size`, parse.parseHumanNumber),
    compression: sys.readIfPresent(`${path}/compression_stats`, parse.parseCompressionStats) ?? [],
    errors: sys.readIfPresent(`${path}/errors`, parse.parseErrors) ?? new Map<string, number>(),
    counters: sys.listIfPresent(`${path}/counters`).map((name) => ({
      name,
      value: sys.readIfPresent(`${path}/counters/${name}`, parse.parseCounter),
    })),
    writes: sys.readIfPresent(`${path}/btree_write_stats`, parse.parseBtreeWriteStats) ?? [],
    devices: names
      .filter((name) => name.startsWith('dev-'))
      .map((name) => ({ device: name.slice('dev-'.length), ...readDevice(sys, `${path}/${name}`) })),
  };
}

type BcachefsDevice = ReturnType<typeof readDevice>;

function readDevice(sys: KernelTree, path: string) {
  return {
    label: sys.readIfPresent(`${path}/label`, parseText) ?? '',
    state: sys.readIfPresent(`${path}/state`, parseText) ?? '',
    bucketSize: sys.readIfPresent(`${path}/bucket_size`, parse.parseHumanNumber),
    buckets: sys.readIfPresent(`${path}/nbuckets`, parseIntegerFile),
    durability: sys.readIfPresent(`${path}/durability`, parseIntegerFile),
    ioDone: sys.readIfPresent(`${path}/io_done`, parse.parseIoDone) ?? [],
    ioErrors: sys.readIfPresent(`${path}/io_errors`, parse.parseIoErrors) ?? new Map<string, number>(),
  };
}

function emitFileSystem(emit: Emit, uuid: string, fileSystem: BcachefsFileSystem): void {
  emit(info, 1, { uuid });
  if (fileSystem.cacheSize !== undefined) emit(cacheSize, fileSystem.cacheSize, { uuid });
  for (const row of fileSystem.compression) {
    emit(compressed, row.compressed, { uuid, algorithm: row.algorithm });
    emit(uncompressed, row.uncompressed, { uuid, algorithm: row.algorithm });
  }
  for (const [error_type, count] of fileSystem.errors) emit(errors, count, { uuid, error_type });
  for (const { name, value } of fileSystem.counters) {
    if (value !== undefined) emit(counterNamed(toMetricNamePart(name)), value, { uuid });
  }
  for (const { type, count, averageBytes } of fileSystem.writes) {
    emit(writes, count, { uuid, type });
    emit(writeSize, averageBytes, { uuid, type });
  }
  for (const { device, ...details } of fileSystem.devices) emitDevice(emit, { uuid, device }, details);
}

function emitDevice(
  emit: Emit,
  labels: { readonly uuid: string; readonly device: string },
  device: BcachefsDevice,
): void {
  emit(deviceInfo, 1, { ...labels, label: device.label, state: device.state });
  if (device.bucketSize !== undefined) emit(bucketSize, device.bucketSize, labels);
  if (device.buckets !== undefined) emit(buckets, device.buckets, labels);
  if (device.durability !== undefined) emit(durability, device.durability, labels);
  for (const { operation, dataType, bytes } of device.ioDone) {
    emit(ioDone, bytes, { ...labels, operation, data_type: dataType });
  }
  for (const [type, count] of device.ioErrors) emit(ioErrors, count, { ...labels, type });
}
