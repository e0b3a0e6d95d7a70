import { attempt, defineCollector, forEachItem } from '../collection/collector.ts';
import { type Host, optional } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText, parseWord } from '../parse/lines.ts';
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

/**
 * The reads do not wait for a device: dm_attr_*_show() in drivers/md/dm-sysfs.c copies names and a flag, and the SCSI or
 * NVMe layer has the state of a path in memory.
 *
 * https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-block-dm
 */
export const dmmultipath = defineCollector({
  name: 'dmmultipath',
  help: 'Multipath devices of the device mapper from /sys/block',
  create: () => ({
    families: [info, active, size, paths, pathsActive, pathsFailed, pathState],
    async collect(host, emit) {
      const names = host.sys.list('block').filter((name) => name.startsWith('dm-'));
      await forEachItem(names, (name) => emitDevice(host, emit, name));
    },
  }),
});

function emitDevice(host: Host, emit: Emit, sysfsName: string): void {
  const { sys } = host;
  const path = `block/${sysfsName}`;
  const uuid = sys.read(`${path}/dm/uuid`, parseText);
  // Skip devices of the device mapper that are not multipath devices.
  if (!uuid.startsWith('mpath-')) return;
  const device = sys.read(`${path}/dm/name`, parseWord);
  const labels = { device, sysfs_name: sysfsName };
  emit(info, 1, { ...labels, uuid });
  const suspended = sys.readIfPresent(`${path}/dm/suspended`, parseIntegerFile);
  if (suspended !== undefined) emit(active, suspended === 1 ? 0 : 1, labels);
  const sectors = sys.readIfPresent(`${path}/size`, parseIntegerFile);
  if (sectors !== undefined) emit(size, sectors * BYTES_PER_SECTOR, labels);
  emitPaths(host, emit, labels);
}

interface MultipathLabels {
  readonly device: string;
  readonly sysfs_name: string;
}

const NO_STATE = '';

function emitPaths(host: Host, emit: Emit, labels: MultipathLabels): void {
  const { device, sysfs_name } = labels;
  const pathStates = host.sys
    .listIfPresent(`block/${sysfs_name}/slaves`)
    .map((path) => ({ path, state: attempt(host, () => readPathState(host, path)) }))
    .filter(({ state }) => state !== NO_STATE);
  emit(paths, pathStates.length, labels);
  // If the state of one path is unknown, the numbers of active and failed paths are unknown too.
  if (pathStates.every(({ state }) => state !== undefined)) {
    const activePaths = pathStates.filter(({ state = NO_STATE }) => ACTIVE_STATES.has(state)).length;
    emit(pathsActive, activePaths, labels);
    emit(pathsFailed, pathStates.length - activePaths, labels);
  }
  for (const { path, state } of pathStates) if (state !== undefined) emit(pathState, 1, { device, path, state });
}

/** Reads the state of a path. Returns {@link NO_STATE} if the path was removed or its driver reports no state (virtio). */
function readPathState({ sys }: Host, path: string): string {
  return optional(() => sys.read(`block/${path}/device/state`, parseText)) ?? NO_STATE;
}
