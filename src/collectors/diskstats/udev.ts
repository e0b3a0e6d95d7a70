import { type Host, isAbsentOr, PERMISSION_ERRNOS } from '../../host/host.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import type { DeviceNumber } from '../../parse/diskstats.ts';
import { parseUdevProperties } from '../../parse/udev.ts';

const filesystemInfo = gauge(
  'node_disk_filesystem_info',
  'Type, UUID and version of the file system on the block device; always 1.',
  ['device', 'type', 'usage', 'uuid', 'version'],
);
const mapperInfo = gauge(
  'node_disk_device_mapper_info',
  'Device-mapper name and LVM volume of the block device; always 1.',
  ['device', 'name', 'uuid', 'vg_name', 'lv_name', 'lv_layer'],
);

const ATA_PROPERTIES = [
  [
    'ID_ATA_WRITE_CACHE',
    gauge('node_disk_ata_write_cache', '1 if the ATA disk has a write cache, 0 otherwise.', ['device']),
  ],
  [
    'ID_ATA_WRITE_CACHE_ENABLED',
    gauge('node_disk_ata_write_cache_enabled', '1 if the write cache of the ATA disk is enabled, 0 otherwise.', [
      'device',
    ]),
  ],
  [
    'ID_ATA_ROTATION_RATE_RPM',
    gauge(
      'node_disk_ata_rotation_rate_rpm',
      'Rotation rate of the ATA disk, in revolutions per minute; 0 for a solid-state drive.',
      ['device'],
    ),
  ],
] as const;

/** All families, in the order of the exposition. */
export const udevFamilies = [filesystemInfo, mapperInfo, ...ATA_PROPERTIES.map(([, family]) => family)];

/** Returns a property of a device, or an empty text if udev has no such property. */
export type UdevProperty = (name: string) => string;

/**
 * Reads the properties of a device. Every property is empty if udev has no file for the device, or if this process may not
 * read the file, as in some containers.
 *
 * @throws {Error} if the file cannot be read for another reason
 */
export function readUdev({ udev }: Host, { major, minor }: DeviceNumber): UdevProperty {
  let properties: ReadonlyMap<string, string> | undefined;
  try {
    properties = udev.read(`b${major}:${minor}`, parseUdevProperties);
  } catch (error) {
    if (!isAbsentOr(error, PERMISSION_ERRNOS)) throw error;
  }
  return (name) => properties?.get(name) ?? '';
}

interface DiskIdentity {
  readonly path: string;
  readonly wwn: string;
  readonly model: string;
  readonly serial: string;
  readonly revision: string;
}

export function identityOf(property: UdevProperty): DiskIdentity {
  return {
    path: property('ID_PATH'),
    wwn: property('ID_WWN'),
    model: property('ID_MODEL'),
    // `SCSI_IDENT_SERIAL` is the serial number printed on the disk. A virtio disk has only `ID_SERIAL`.
    serial: property('SCSI_IDENT_SERIAL') || property('ID_SERIAL_SHORT') || property('ID_SERIAL'),
    revision: property('ID_REVISION'),
  };
}

export function emitUdev(emit: Emit, device: string, property: UdevProperty): void {
  emitFilesystem(emit, device, property);
  emitMapper(emit, device, property);
  if (property('ID_ATA') !== '') emitAta(emit, device, property);
}

function emitFilesystem(emit: Emit, device: string, property: UdevProperty): void {
  const type = property('ID_FS_TYPE');
  if (type === '') return;
  emit(filesystemInfo, 1, {
    device,
    type,
    usage: property('ID_FS_USAGE'),
    uuid: property('ID_FS_UUID'),
    version: property('ID_FS_VERSION'),
  });
}

function emitMapper(emit: Emit, device: string, property: UdevProperty): void {
  const name = property('DM_NAME');
  if (name === '') return;
  emit(mapperInfo, 1, {
    device,
    name,
    uuid: property('DM_UUID'),
    vg_name: property('DM_VG_NAME'),
    lv_name: property('DM_LV_NAME'),
    lv_layer: property('DM_LV_LAYER'),
  });
}

const IS_NUMBER = /^\d{1,15}$/;

/** Emits the ATA properties of a disk. Skips malformed values. */
function emitAta(emit: Emit, device: string, property: UdevProperty): void {
  for (const [name, family] of ATA_PROPERTIES) {
    const text = property(name);
    if (IS_NUMBER.test(text)) emit(family, Number(text), { device });
  }
}
