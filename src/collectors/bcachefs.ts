import { attempt, defineCollector } from '../collection/collector.ts';
import { AbsentError, type KernelTree } from '../host/host.ts';
import { counter, type Emit, familiesByName, gauge } from '../metrics/metric.ts';
import * as parse from '../parse/bcachefs.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { toMetricNamePart } from './support/metric-name.ts';
import { type EmittingRead, emitDevices, emittingRead, labelReads } from './support/slow-attributes.ts';

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
  'Durability of the device of the bcachefs file system: the number of replicas that one copy of data on the device counts as.',
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

/**
 * The attributes are read asynchronously: `compression_stats` reads the whole B-tree of the extents, and `label` and
 * `errors` wait for a lock that the kernel holds while it writes the superblock (fs/bcachefs/sysfs.c, super-io.c).
 *
 * https://docs.kernel.org/filesystems/bcachefs/index.html
 */
export const bcachefs = defineCollector({
  name: 'bcachefs',
  help: 'bcachefs file systems and their devices from /sys/fs/bcachefs',
  create: () => ({
    families: [
      ...[info, cacheSize, compressed, uncompressed, errors, writes, writeSize],
      ...[deviceInfo, bucketSize, buckets, durability, ioDone, ioErrors],
    ],
    dynamicFamilies: [counterNamed('<counter>')],
    async collect(host, emit) {
      const { sys } = host;
      const uuids = sys.list('fs/bcachefs');
      if (uuids.length === 0) throw new AbsentError('Cannot find a bcachefs file system');
      const fileSystems = uuids.map((uuid) => attempt(host, () => listReads(sys, emit, uuid)) ?? []);
      await emitDevices(host, fileSystems);
    },
  }),
});

/** Returns the reads of a file system, in the order of the exposition. */
function listReads(sys: KernelTree, emit: Emit, uuid: string): EmittingRead[] {
  const path = `fs/bcachefs/${uuid}`;
  const devices = sys.list(path).filter((name) => name.startsWith(DEVICE));
  emit(info, 1, { uuid });
  return [
    emittingRead(`${path}/btree_cache_size`, parse.parseHumanNumber, (bytes) => emit(cacheSize, bytes, { uuid })),
    emittingRead(`${path}/compression_stats`, parse.parseCompressionStats, (rows) => {
      for (const row of rows) emitCompression(emit, uuid, row);
    }),
    emittingRead(`${path}/errors`, parse.parseErrors, (counts) => {
      for (const [error_type, count] of counts) emit(errors, count, { uuid, error_type });
    }),
    ...sys.listIfPresent(`${path}/counters`).map((name) =>
      emittingRead(`${path}/counters/${name}`, parse.parseCounter, (count) => {
        if (count !== undefined) emit(counterNamed(toMetricNamePart(name)), count, { uuid });
      }),
    ),
    emittingRead(`${path}/btree_write_stats`, parse.parseBtreeWriteStats, (rows) => {
      for (const row of rows) emitWrites(emit, uuid, row);
    }),
    ...devices.flatMap((name) => listDeviceReads(emit, `${path}/${name}`, { uuid, device: name.slice(DEVICE.length) })),
  ];
}

const DEVICE = 'dev-';

function emitCompression(emit: Emit, uuid: string, row: parse.CompressionStats): void {
  const labels = { uuid, algorithm: row.algorithm };
  if (row.compressed !== undefined) emit(compressed, row.compressed, labels);
  if (row.uncompressed !== undefined) emit(uncompressed, row.uncompressed, labels);
}

function emitWrites(emit: Emit, uuid: string, { type, count, averageBytes }: parse.BtreeWriteStats): void {
  if (count !== undefined) emit(writes, count, { uuid, type });
  if (averageBytes !== undefined) emit(writeSize, averageBytes, { uuid, type });
}

interface DeviceLabels {
  readonly uuid: string;
  readonly device: string;
}

function listDeviceReads(emit: Emit, path: string, labels: DeviceLabels): EmittingRead[] {
  return [
    ...labelReads(
      [
        ['label', `${path}/label`],
        ['state', `${path}/state`],
      ],
      (texts) => emit(deviceInfo, 1, { ...labels, ...texts }),
    ),
    emittingRead(`${path}/bucket_size`, parse.parseHumanNumber, (bytes) => emit(bucketSize, bytes, labels)),
    emittingRead(`${path}/nbuckets`, parseIntegerFile, (count) => emit(buckets, count, labels)),
    emittingRead(`${path}/durability`, parseIntegerFile, (replicas) => emit(durability, replicas, labels)),
    emittingRead(`${path}/io_done`, parse.parseIoDone, (rows) => {
      for (const { operation, dataType, bytes } of rows) {
        emit(ioDone, bytes, { ...labels, operation, data_type: dataType });
      }
    }),
    emittingRead(`${path}/io_errors`, parse.parseIoErrors, (counts) => {
      for (const [type, count] of counts) emit(ioErrors, count, { ...labels, type });
    }),
  ];
}
