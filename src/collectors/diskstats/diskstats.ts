import { attempt, defineCollector } from '../../collection/collector.ts';
import { deprecated, type FlagValues, pattern } from '../../flags/flag.ts';
import { type Host, optional } from '../../host/host.ts';
import { counter, type Emit, gauge } from '../../metrics/metric.ts';
import { type DiskStats, parseDiskstats } from '../../parse/diskstats.ts';
import { parseIntegerFile } from '../../parse/lines.ts';
import { BYTES_PER_SECTOR, SECONDS_PER_MILLISECOND } from '../../util/units.ts';
import { createDefaultedFilter } from '../support/filter.ts';
import { emitSemconv, readSectors, semconvFamilies } from './semconv.ts';
import { toSysfsName } from './sysfs-name.ts';
import { emitUdev, identityOf, readUdev, udevFamilies } from './udev.ts';

const info = gauge('node_disk_info', 'Device numbers, model and serial number of the block device; always 1.', [
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

/** Columns of `/proc/diskstats`, in the order of the file. `factor` converts the kernel's unit to the family's unit. */
const COLUMNS = [
  count('node_disk_reads_completed_total', 'Reads that the block device completed.'),
  count('node_disk_reads_merged_total', 'Reads from the block device that were merged with an adjacent read.'),
  bytes('node_disk_read_bytes_total', 'Bytes read from the block device.'),
  seconds('node_disk_read_time_seconds_total', 'Total duration of all reads from the block device, in seconds.'),
  count('node_disk_writes_completed_total', 'Writes that the block device completed.'),
  count('node_disk_writes_merged_total', 'Writes to the block device that were merged with an adjacent write.'),
  bytes('node_disk_written_bytes_total', 'Bytes written to the block device.'),
  seconds('node_disk_write_time_seconds_total', 'Total duration of all writes to the block device, in seconds.'),
  { family: gauge('node_disk_io_now', 'I/O requests in flight on the block device.', ['device']), factor: 1 },
  seconds(
    'node_disk_io_time_seconds_total',
    'Time during which the block device had I/O requests in flight, in seconds.',
  ),
  seconds(
    'node_disk_io_time_weighted_seconds_total',
    'Time during which the block device had I/O requests in flight, multiplied by the number of requests, in seconds.',
  ),
  count('node_disk_discards_completed_total', 'Discard requests that the block device completed.'),
  count(
    'node_disk_discards_merged_total',
    'Discard requests to the block device that were merged with an adjacent discard request.',
  ),
  count('node_disk_discarded_sectors_total', 'Sectors of 512 bytes that were discarded on the block device.'),
  seconds(
    'node_disk_discard_time_seconds_total',
    'Total duration of all discard requests to the block device, in seconds.',
  ),
  count('node_disk_flush_requests_total', 'Flush requests that the block device completed.'),
  seconds(
    'node_disk_flush_requests_time_seconds_total',
    'Total duration of all flush requests to the block device, in seconds.',
  ),
];

function count(name: string, help: string) {
  return { family: counter(name, help, ['device']), factor: 1 };
}

function bytes(name: string, help: string) {
  return { family: counter(name, help, ['device']), factor: BYTES_PER_SECTOR };
}

function seconds(name: string, help: string) {
  return { family: counter(name, help, ['device']), factor: SECONDS_PER_MILLISECOND };
}

const flags = {
  'device-exclude': pattern(
    'Block devices to exclude; mutually exclusive with device-include.',
    '^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
  ),
  'device-include': pattern('Block devices to include; mutually exclusive with device-exclude.'),
  'ignored-devices': deprecated(pattern('Deprecated name of --collector.diskstats.device-exclude.')),
};

/** https://docs.kernel.org/admin-guide/iostats.html */
export const diskstats = defineCollector({
  name: 'diskstats',
  help: 'I/O statistics of block devices from /proc/diskstats and their properties from udev',
  flags,
  create(options) {
    const isIncluded = createDeviceFilter(options);
    return {
      families: [info, ...COLUMNS.map(({ family }) => family), ...udevFamilies, ...semconvFamilies],
      collect(host, emit) {
        for (const disk of host.proc.read('diskstats', parseDiskstats)) {
          if (!isIncluded(disk.device)) continue;
          if (emit.convention === 'semconv') emitSemconv(emit, disk, readSectors(host, disk));
          else emitDisk(host, emit, disk);
        }
      },
    };
  },
});

function createDeviceFilter(options: FlagValues<typeof flags>): (device: string) => boolean {
  const flag = (name: keyof typeof flags) => ({ name: `collector.diskstats.${name}`, value: options[name] });
  return createDefaultedFilter({
    include: flag('device-include'),
    exclude: { ...flag('device-exclude'), byDefault: flags['device-exclude'].default },
    ignored: flag('ignored-devices'),
  });
}

/** Returns whether the disk is rotational. Like node_exporter, returns `false` for partitions, which have no queue. */
function readIsRotational({ sys }: Host, { device }: DiskStats): boolean {
  return optional(() => sys.read(`block/${toSysfsName(device)}/queue/rotational`, parseIntegerFile)) === 1;
}

/** Emits the metrics of a disk. If the properties from udev cannot be read, the families that contain them are left out. */
function emitDisk(host: Host, emit: Emit, disk: DiskStats): void {
  const { device, number, values } = disk;
  const labels = { device };
  const property = number && attempt(host, () => readUdev(host, number));
  const isRotational = attempt(host, () => readIsRotational(host, disk));
  if (number !== undefined && property !== undefined && isRotational !== undefined) {
    emit(info, 1, { device, ...number, ...identityOf(property), rotational: isRotational ? '1' : '0' });
  }
  for (const [column, { family, factor }] of COLUMNS.entries()) {
    const value = values[column];
    if (value !== undefined) emit(family, value * factor, labels);
  }
  if (property !== undefined) emitUdev(emit, device, property);
}
