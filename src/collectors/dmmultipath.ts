import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText } from '../parse/lines.ts';

const LABELS = ['device', 'sysfs_name'] as const;

const info = gauge('node_dmmultipath_device_info', 'What is known of a multipath device; always 1.', [
  ...LABELS,
  'uuid',
]);
const active = gauge('node_dmmultipath_device_active', 'Whether it is not suspended.', LABELS);
const size = gauge('node_dmmultipath_device_size_bytes', 'Its size.', LABELS);
const paths = gauge('node_dmmultipath_device_paths', 'Its paths.', LABELS);
const pathsActive = gauge('node_dmmultipath_device_paths_active', 'Those that can be used.', LABELS);
const pathsFailed = gauge('node_dmmultipath_device_paths_failed', 'Those that cannot be used.', LABELS);
const pathState = gauge('node_dmmultipath_path_state', 'The state of a path; always 1.', ['device', 'path', 'state']);

const SECTOR_BYTES = 512;

/** What SCSI and NVMe call a device that works. */
const WORKING: ReadonlySet<string> = new Set(['running', 'live']);

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-block-dm */
export const dmmultipath = defineCollector({
  name: 'dmmultipath',
  help: 'Multipath devices of the device mapper from /sys/block',
  create: () => ({
    families: [info, active, size, paths, pathsActive, pathsFailed, pathState],
    async collect({ sys }, emit) {
      await forEachItem(
        sys.list('block').filter((name) => name.startsWith('dm-')),
        (sysfs_name) => {
          const path = `block/${sysfs_name}`;
          const uuid = sys.read(`${path}/dm/uuid`, parseText);
          if (!uuid.startsWith('mpath-')) return;
          const device = sys.read(`${path}/dm/name`, parseText);
          const isSuspended = sys.read(`${path}/dm/suspended`, parseIntegerFile) === 1;
          const sectors = sys.read(`${path}/size`, parseIntegerFile);
          const states = readPaths(sys, path);
          const working = states.filter(({ state }) => WORKING.has(state)).length;
          const labels = { device, sysfs_name };
          emit(info, 1, { ...labels, uuid });
          emit(active, isSuspended ? 0 : 1, labels);
          emit(size, sectors * SECTOR_BYTES, labels);
          emit(paths, states.length, labels);
          emit(pathsActive, working, labels);
          emit(pathsFailed, states.length - working, labels);
          for (const { name, state } of states) emit(pathState, 1, { device, path: name, state });
        },
      );
    },
  }),
});

function readPaths(sys: KernelTree, path: string): { readonly name: string; readonly state: string }[] {
  return sys.listIfPresent(`${path}/slaves`).flatMap((name) => {
    const state = sys.readIfPresent(`block/${name}/device/state`, parseText);
    // The path was taken away since it was listed, or its driver has no states (virtio).
    return state === undefined ? [] : { name, state };
  });
}
