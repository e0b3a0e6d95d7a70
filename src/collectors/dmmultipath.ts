import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';
import { BYTES_PER_SECTOR } from '../util/units.ts';

const LABELS = ['device', 'sysfs_name'] as const;

const info = gauge('node_dmmultipath_device_info', 'Names and UUID of the multipath device; always 1.', [
  ...LABELS,
  'uuid',
]);
const active = gauge(
  'node_dmmultipath_device_active',
  '1 if the multipath device is active, 0 if it is suspended.',
  LABELS,
);
const size = gauge('node_dmmultipath_device_size_bytes', 'Size of the multipath device, in bytes.', LABELS);
const paths = gauge('node_dmmultipath_device_paths', 'Paths of the multipath device.', LABELS);
const pathsActive = gauge(
  'node_dmmultipath_device_paths_active',
  'Paths of the multipath device in an active state (SCSI running, NVMe live).',
  LABELS,
);
const pathsFailed = gauge(
  'node_dmmultipath_device_paths_failed',
  'Paths of the multipath device that are not in an active state.',
  LABELS,
);
const pathState = gauge('node_dmmultipath_path_state', 'State of one path of the multipath device; always 1.', [
  'device',
  'path',
  'state',
]);

const ACTIVE_STATES: ReadonlySet<string> = new Set([
  // State of an active SCSI path.
  'running',
  // State of an active NVMe path.
  'live',
]);

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-block-dm */
export const dmmultipath = defineCollector({
  name: 'dmmultipath',
  help: 'Multipath devices of the device mapper from /sys/block',
  create: () => ({
    families: [info, active, size, paths, pathsActive, pathsFailed, pathState],
    async collect({ sys }, emit) {
      const names = sys.list('block').filter((name) => name.startsWith('dm-'));
      await forEachItem(names, (name) => {
        const device = readDevice(sys, name);
        if (device !== undefined) emitDevice(emit, device);
      });
    },
  }),
});

interface MultipathDevice {
  readonly name: string;
  readonly sysfsName: string;
  readonly uuid: string;
  readonly isSuspended: boolean;
  readonly sectors: number;
  readonly paths: readonly MultipathPath[];
}

interface MultipathPath {
  readonly name: string;
  readonly state: string;
}

/** Reads a device of the device mapper. Returns `undefined` if it is not a multipath device. */
function readDevice(sys: KernelTree, sysfsName: string): MultipathDevice | undefined {
  const path = `block/${sysfsName}`;
  const uuid = sys.read(`${path}/dm/uuid`, parseText);
  if (!uuid.startsWith('mpath-')) return undefined;
  return {
    name: sys.read(`${path}/dm/name`, parseText),
    sysfsName,
    uuid,
    isSuspended: sys.read(`${path}/dm/suspended`, parseIntegerFile) === 1,
    sectors: sys.read(`${path}/size`, parseIntegerFile),
    paths: readPaths(sys, path),
  };
}

/** Reads the paths of a device. Skips a path that was removed or whose driver reports no state (virtio). */
function readPaths(sys: KernelTree, path: string): MultipathPath[] {
  return sys.listIfPresent(`${path}/slaves`).flatMap((name) => {
    const state = sys.readIfPresent(`block/${name}/device/state`, parseText);
    return state === undefined ? [] : { name, state };
  });
}

function emitDevice(emit: Emit, device: MultipathDevice): void {
  const labels = { device: device.name, sysfs_name: device.sysfsName };
  const activePaths = device.paths.filter(({ state }) => ACTIVE_STATES.has(state)).length;
  emit(info, 1, { ...labels, uuid: device.uuid });
  emit(active, device.isSuspended ? 0 : 1, labels);
  emit(size, device.sectors * BYTES_PER_SECTOR, labels);
  emit(paths, device.paths.length, labels);
  emit(pathsActive, activePaths, labels);
  emit(pathsFailed, device.paths.length - activePaths, labels);
  for (const { name, state } of device.paths) emit(pathState, 1, { device: device.name, path: name, state });
}
