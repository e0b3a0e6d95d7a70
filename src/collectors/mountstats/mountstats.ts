import { defineCollector } from '../../collection/collector.ts';
import type { Emit } from '../../metrics/metric.ts';
import { type Mount, parseMountinfo } from '../../parse/mountinfo.ts';
import { type NfsMount, parseMountstats } from '../../parse/mountstats.ts';
import { MILLISECONDS_PER_SECOND } from '../../util/units.ts';
import {
  age,
  BYTES,
  EVENTS,
  type LineFamilies,
  type MountLabel,
  mountpointInfo,
  mountstatsFamilies,
  OPERATION_COUNTS,
  OPERATION_TIMES,
  TRANSPORTS,
} from './families.ts';

/** https://man7.org/linux/man-pages/man5/proc_pid_mountstats.5.html */
export const mountstats = defineCollector({
  name: 'mountstats',
  help: 'Statistics of NFS mounts from /proc/self/mountstats',
  enabled: false,
  create: () => ({
    families: mountstatsFamilies,
    collect({ proc }, emit) {
      const mounts = proc.read('self/mountstats', parseMountstats);
      const addresses = findAddresses(mounts, proc.read('self/mountinfo', parseMountinfo));
      // Mounts of the same export share their statistics, so emit each series only once.
      const [seenMounts, seenExports] = [new Set<string>(), new Set<string>()];
      for (const [index, mount] of mounts.entries()) {
        for (const { name: protocol } of mount.transports) {
          const mountaddr = addresses[index];
          // Skip the mount if mountinfo does not contain it: it was removed between the two reads, or its line is malformed.
          if (mountaddr === undefined) continue;
          const labels = { export: mount.device, protocol, mountaddr };
          const { mountPoint: mountpoint } = mount;
          const key = Object.values(labels).join(' ');
          if (addTo(seenMounts, `${key} ${mountpoint}`)) emit(mountpointInfo, 1, { ...labels, mountpoint });
          if (addTo(seenExports, key)) emitMount(emit, mount, labels);
        }
      }
    },
  }),
});

/** Adds a key to the set. Returns `true` if the set did not contain the key before. */
function addTo(keys: Set<string>, key: string): boolean {
  const { size } = keys;
  return keys.add(key).size > size;
}

/**
 * Returns the server address of each NFS mount, from the option `addr` in mountinfo. The files mountstats and mountinfo list
 * the mounts in the same order. If a mount was added or removed between the two reads, mounts are matched by their source
 * and type.
 *
 * @returns `undefined` for a mount that mountinfo does not contain, and an empty text for a mount without an address
 */
function findAddresses(nfsMounts: readonly NfsMount[], mounts: readonly Mount[]): (string | undefined)[] {
  const candidates = mounts.filter(({ type }) => type === 'nfs' || type === 'nfs4');
  return nfsMounts.map(({ device, type }, index) => {
    const isSame = (mount: Mount | undefined): boolean => mount?.source === device && mount.type === type;
    const mount = isSame(candidates[index]) ? candidates[index] : candidates.find(isSame);
    if (mount === undefined) return undefined;
    return mount.superOptions.find((option) => option.startsWith('addr='))?.slice('addr='.length) ?? '';
  });
}

function emitMount(emit: Emit, mount: NfsMount, labels: Readonly<Record<MountLabel, string>>): void {
  if (mount.age !== undefined) emit(age, mount.age, labels);
  const emitMountLine = createLineEmitter(emit, labels);
  emitMountLine(BYTES, mount.bytes);
  emitMountLine(EVENTS, mount.events);
  for (const [index, { numbers }] of mount.transports.entries()) {
    createLineEmitter(emit, { ...labels, transport: String(index) })(TRANSPORTS, numbers);
  }
  for (const { name, numbers } of mount.operations) {
    const seconds = numbers
      .slice(OPERATION_COUNTS.length)
      .map((milliseconds) => (milliseconds === undefined ? undefined : milliseconds / MILLISECONDS_PER_SECOND));
    const emitOperationLine = createLineEmitter(emit, { ...labels, operation: name });
    emitOperationLine(OPERATION_COUNTS, numbers);
    emitOperationLine(OPERATION_TIMES, seconds);
  }
}

/** Returns a function that emits the numbers of a line. The function skips numbers without a family. */
function createLineEmitter<L extends string>(
  emit: Emit,
  labels: Readonly<Record<L, string>>,
): (families: LineFamilies<L>, numbers: readonly (number | undefined)[]) => void {
  return (families, numbers) => {
    for (const [index, family] of families.entries()) {
      const value = numbers[index];
      if (family === undefined || value === undefined) continue;
      emit<string, 'counter' | 'gauge', 'prometheus'>(family, value, labels);
    }
  };
}
