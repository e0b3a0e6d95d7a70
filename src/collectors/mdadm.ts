import { attempt, attemptAll, defineCollector } from '../collection/collector.ts';
import { AbsentError, type Host, optional } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText, quote } from '../parse/lines.ts';
import { parseMdstat, type RaidArray } from '../parse/mdstat.ts';

const required = gauge('node_md_disks_required', 'Disks of the complete md array, not counting spares.', ['device']);
const disks = gauge('node_md_disks', 'Disks of the md array by state.', ['device', 'state']);
const state = gauge('node_md_state', '1 for the current state of the md array, 0 for all other states.', [
  'device',
  'state',
]);
const blocks = gauge('node_md_blocks', 'Size of the md array, in blocks of 1,024 bytes.', ['device']);
const synced = gauge(
  'node_md_blocks_synced',
  'Synchronized blocks of 1,024 bytes of the md array; during a recovery, resync or check, the blocks processed so far.',
  ['device'],
);
const raidDisks = gauge('node_md_raid_disks', 'Disks that the md array is configured with.', ['device']);
const degraded = gauge('node_md_degraded', 'Missing disks of the md array.', ['device']);

/** States of an array in `/proc/mdstat`, each with its value of the label `state`. */
const STATES = [
  ['active', 'active'],
  ['inactive', 'inactive'],
  ['recovery', 'recovering'],
  ['resync', 'resync'],
  ['check', 'check'],
] as const;

/**
 * The reads of attributes in sysfs do not wait: since Linux 4.0, md_attr_show() in drivers/md/md.c takes no lock that
 * is held during I/O.
 *
 * https://docs.kernel.org/admin-guide/md.html
 */
export const mdadm = defineCollector({
  name: 'mdadm',
  help: 'Software RAID arrays (md) from /proc/mdstat and /sys/block/md*',
  create: () => ({
    families: [required, disks, state, blocks, synced, raidDisks, degraded],
    collect(host, emit) {
      const { proc, sys } = host;
      if (!proc.exists('mdstat')) throw new AbsentError(`Cannot find ${proc.path('mdstat')}`);
      attemptAll(host, [
        () => {
          for (const array of proc.read('mdstat', parseMdstat)) emitArray(emit, array);
        },
        () => {
          const devices = sys.listIfPresent('block').filter((name) => name.startsWith('md'));
          for (const device of devices) emitRaid(host, emit, device);
        },
      ]);
    },
  }),
});

function emitArray(emit: Emit, array: RaidArray): void {
  const { device } = array;
  if (array.required !== undefined) emit(required, array.required, { device });
  if (array.active !== undefined) emit(disks, array.active, { device, state: 'active' });
  emit(disks, array.failed, { device, state: 'failed' });
  emit(disks, array.spare, { device, state: 'spare' });
  for (const [name, label] of STATES) emit(state, array.state === name ? 1 : 0, { device, state: label });
  if (array.blocks !== undefined) emit(blocks, array.blocks, { device });
  if (array.synced !== undefined) emit(synced, array.synced, { device });
}

/**
 * Levels of md devices without a number of disks. The disks of an md container belong to other arrays. An array that is not
 * configured yet has an empty level.
 */
const CONTAINER_LEVELS: ReadonlySet<string> = new Set(['', 'container', 'ddf', 'imsm']);

function emitRaid(host: Host, emit: Emit, device: string): void {
  const { sys } = host;
  const path = `block/${device}/md`;
  if (!sys.exists(path)) return;
  const level = sys.readIfPresent(`${path}/level`, parseText);
  const isArray = level !== undefined && !CONTAINER_LEVELS.has(level);
  const count = isArray ? sys.readIfPresent(`${path}/raid_disks`, parseRaidDisks) : undefined;
  if (count !== undefined) emit(raidDisks, count, { device });
  // An array without redundancy has no attribute `degraded`. It cannot run with a missing disk, so emit 0.
  attempt(host, () => {
    emit(degraded, optional(() => sys.read(`${path}/degraded`, parseIntegerFile)) ?? 0, { device });
  });
}

/** Parses a number of disks: `4`, or `5 (4)` while an array grows from 4 to 5. Returns `undefined` for an empty text. */
function parseRaidDisks(text: string): number | undefined {
  const count = /^(\d{1,10})(?: \(\d+\))?$/.exec(text.trim())?.[1];
  if (count !== undefined) return Number(count);
  if (text.trim() === '') return undefined;
  throw new SyntaxError(`expected a number of disks instead of ${quote(text.trim())}`);
}
