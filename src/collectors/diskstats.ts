import { defineCollector, forEachItem } from '../collection/collector.ts';
import { pattern } from '../flags/flag.ts';
import { type Host, ignoreErrno, PERMISSION_ERRNOS } from '../host/host.ts';
import { counter, type Emit, gauge, semconv } from '../metrics/metric.ts';
import { type DiskStats, parseDiskstats } from '../parse/diskstats.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { parseUdevProperties } from '../parse/udev.ts';
import { createDefaultedFilter } from './support/filter.ts';

const info = gauge('node_disk_info', 'What is known of a block device; always 1.', [
  'device',
  'major',
  'minor',
  'path',
  'wwn',
  'model',
  'serial',
  'revision',
  'rotational',
]);

/** A sector is 512 bytes here, whatever it is to the device. */
const SECTOR_BYTES = 512;
const SECONDS_PER_TICK = 0.001;

/** In the order of the kernel's columns. */
const STATISTICS = [
  { family: counter('node_disk_reads_completed_total', 'Reads that succeeded.', ['device']), scale: 1 },
  { family: counter('node_disk_reads_merged_total', 'Reads merged with another one.', ['device']), scale: 1 },
  { family: counter('node_disk_read_bytes_total', 'Bytes read.', ['device']), scale: SECTOR_BYTES },
  {
    family: counter('node_disk_read_time_seconds_total', 'Time that all reads took.', ['device']),
    scale: SECONDS_PER_TICK,
  },
  { family: counter('node_disk_writes_completed_total', 'Writes that succeeded.', ['device']), scale: 1 },
  { family: counter('node_disk_writes_merged_total', 'Writes merged with another one.', ['device']), scale: 1 },
  { family: counter('node_disk_written_bytes_total', 'Bytes written.', ['device']), scale: SECTOR_BYTES },
  {
    family: counter('node_disk_write_time_seconds_total', 'Time that all writes took.', ['device']),
    scale: SECONDS_PER_TICK,
  },
  { family: gauge('node_disk_io_now', 'Reads and writes under way.', ['device']), scale: 1 },
  {
    family: counter('node_disk_io_time_seconds_total', 'Time with something under way.', ['device']),
    scale: SECONDS_PER_TICK,
  },
  {
    family: counter('node_disk_io_time_weighted_seconds_total', 'That time, weighted with how much was.', ['device']),
    scale: SECONDS_PER_TICK,
  },
  { family: counter('node_disk_discards_completed_total', 'Discards that succeeded.', ['device']), scale: 1 },
  { family: counter('node_disk_discards_merged_total', 'Discards merged with another one.', ['device']), scale: 1 },
  { family: counter('node_disk_discarded_sectors_total', 'Sectors discarded.', ['device']), scale: 1 },
  {
    family: counter('node_disk_discard_time_seconds_total', 'Time that all discards took.', ['device']),
    scale: SECONDS_PER_TICK,
  },
  { family: counter('node_disk_flush_requests_total', 'Flushes that succeeded.', ['device']), scale: 1 },
  {
    family: counter('node_disk_flush_requests_time_seconds_total', 'Time that all flushes took.', ['device']),
    scale: SECONDS_PER_TICK,
  },
] as const;

const DEVICE = 'system.device';
const DIRECTION = 'disk.io.direction';
const io = semconv.counter('system.disk.io', 'By', 'Bytes read and written.', [DEVICE, DIRECTION]);
const operations = semconv.counter('system.disk.operations', '{operation}', 'Reads and writes that succeeded.', [
  DEVICE,
  DIRECTION,
]);
const merged = semconv.counter('system.disk.merged', '{operation}', 'Reads and writes merged with another one.', [
  DEVICE,
  DIRECTION,
]);
const operationTime = semconv.counter('system.disk.operation_time', 's', 'Time that all reads and writes took.', [
  DEVICE,
  DIRECTION,
]);
const ioTime = semconv.counter('system.disk.io_time', 's', 'Time with something under way.', [DEVICE]);
const limit = semconv.upDownCounter('system.disk.limit', 'By', 'Size of the device.', [DEVICE]);

/** With the place of the first of its columns. */
const DIRECTIONS = [
  ['read', 0],
  ['write', 4],
] as const;
const IO_TIME_COLUMN = 9;
const TICKS_PER_SECOND = 1000;

const filesystemInfo = gauge('node_disk_filesystem_info', 'The file system on a block device; always 1.', [
  'device',
  'type',
  'usage',
  'uuid',
  'version',
]);
const mapperInfo = gauge('node_disk_device_mapper_info', 'What the device mapper made; always 1.', [
  'device',
  'name',
  'uuid',
  'vg_name',
  'lv_name',
  'lv_layer',
]);
const ATA = [
  ['ID_ATA_WRITE_CACHE', gauge('node_disk_ata_write_cache', 'Whether the disk has a write cache.', ['device'])],
  ['ID_ATA_WRITE_CACHE_ENABLED', gauge('node_disk_ata_write_cache_enabled', 'Whether it is used.', ['device'])],
  ['ID_ATA_ROTATION_RATE_RPM', gauge('node_disk_ata_rotation_rate_rpm', 'Turns per minute; 0: none.', ['device'])],
] as const;

const flags = {
  'device-exclude': pattern('Devices to leave out.', '^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$'),
  'device-include': pattern('Devices to keep; all others are left out.'),
  'ignored-devices': pattern('Old name of --collector.diskstats.device-exclude.'),
};

export const diskstats = defineCollector({
  name: 'diskstats',
  help: 'Reads and writes of block devices from /proc/diskstats, and what udev knows of them',
  flags,
  create(values) {
    const isKept = createDefaultedFilter({
      include: { name: 'collector.diskstats.device-include', value: values['device-include'] },
      exclude: {
        name: 'collector.diskstats.device-exclude',
        value: values['device-exclude'],
        byDefault: flags['device-exclude'].default,
      },
      ignored: { name: 'collector.diskstats.ignored-devices', value: values['ignored-devices'] },
    });
    return {
      families: [
        info,
        ...STATISTICS.map(({ family }) => family),
        filesystemInfo,
        mapperInfo,
        ...ATA.map(([, family]) => family),
        ...[io, operations, merged, operationTime, ioTime, limit],
      ],
      async collect(host, emit) {
        const disks = host.proc.read('diskstats', parseDiskstats).filter(({ device }) => isKept(device));
        await forEachItem(disks, (disk) => {
          if (emit.convention === 'semconv') emitConventions(emit, disk, readSectors(host, disk));
          else emitDisk(emit, disk, readDetails(host, disk));
        });
      },
    };
  },
});

/** Anything else is nothing that a disk said, and costs the kernel's numbers nothing. */
const IS_NUMBER = /^\d{1,15}$/;

interface Details {
  /** Empty for what udev does not say. */
  readonly property: (name: string) => string;
  readonly isRotational: boolean;
  readonly ata: readonly (number | undefined)[];
}

function readDetails({ udev, sys }: Host, { device, major, minor }: DiskStats): Details {
  // A container may see udev's files and not be allowed to read them: the kernel's numbers stay.
  const properties = ignoreErrno(PERMISSION_ERRNOS, () => udev.read(`b${major}:${minor}`, parseUdevProperties));
  const property = (name: string) => properties?.get(name) ?? '';
  // What is a directory in the name of a device is none in sysfs: cciss/c0d0.
  const path = `block/${device.replaceAll('/', '!')}/queue/rotational`;
  return {
    property,
    // A partition has no queue of its own.
    isRotational: sys.findAttribute(path, parseIntegerFile) === 1,
    ata: ATA.map(([name]) => {
      const text = property('ID_ATA') === '' ? '' : property(name);
      return IS_NUMBER.test(text) ? Number(text) : undefined;
    }),
  };
}

function emitDisk(emit: Emit, disk: DiskStats, { property, isRotational, ata }: Details): void {
  const { device, major, minor, values } = disk;
  const labels = { device };
  emit(info, 1, {
    device,
    major,
    minor,
    path: property('ID_PATH'),
    wwn: property('ID_WWN'),
    model: property('ID_MODEL'),
    // The first is what is printed on the disk; virtio has only the last.
    serial: property('SCSI_IDENT_SERIAL') || property('ID_SERIAL_SHORT') || property('ID_SERIAL'),
    revision: property('ID_REVISION'),
    rotational: isRotational ? '1' : '0',
  });
  STATISTICS.forEach(({ family, scale }, index) => {
    const value = values[index];
    if (value !== undefined) emit(family, value * scale, labels);
  });
  emitUdev(emit, device, property);
  ATA.forEach(([, family], index) => {
    const value = ata[index];
    if (value !== undefined) emit(family, value, labels);
  });
}

function readSectors({ sys }: Host, { device }: DiskStats): number | undefined {
  return sys.findAttribute(`class/block/${device.replaceAll('/', '!')}/size`, parseIntegerFile);
}

function emitConventions(emit: Emit, { device, values }: DiskStats, sectors: number | undefined): void {
  for (const [direction, first] of DIRECTIONS) {
    const [count = 0, together = 0, transferred = 0, ticks = 0] = values.slice(first);
    const attributes = { [DEVICE]: device, [DIRECTION]: direction };
    emit(io, transferred * SECTOR_BYTES, attributes);
    emit(operations, count, attributes);
    emit(merged, together, attributes);
    emit(operationTime, ticks / TICKS_PER_SECOND, attributes);
  }
  emit(ioTime, (values[IO_TIME_COLUMN] ?? 0) / TICKS_PER_SECOND, { [DEVICE]: device });
  if (sectors !== undefined) emit(limit, sectors * SECTOR_BYTES, { [DEVICE]: device });
}

function emitUdev(emit: Emit, device: string, property: Details['property']): void {
  const type = property('ID_FS_TYPE');
  if (type !== '') {
    const [usage, uuid, version] = [property('ID_FS_USAGE'), property('ID_FS_UUID'), property('ID_FS_VERSION')];
    emit(filesystemInfo, 1, { device, type, usage, uuid, version });
  }
  const name = property('DM_NAME');
  if (name !== '') {
    emit(mapperInfo, 1, {
      device,
      name,
      uuid: property('DM_UUID'),
      vg_name: property('DM_VG_NAME'),
      lv_name: property('DM_LV_NAME'),
      lv_layer: property('DM_LV_LAYER'),
    });
  }
}
