import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, gauge } from '../metrics/metric.ts';
import { parseIntegerFile, parseText, quote } from '../parse/lines.ts';
import { parseMdstat, type RaidArray } from '../parse/mdstat.ts';

const required = gauge('node_md_disks_required', 'Disks an array has when none is missing.', ['device']);
const disks = gauge('node_md_disks', 'Its disks, by state.', ['device', 'state']);
const state = gauge('node_md_state', 'Whether it is in a state.', ['device', 'state']);
const blocks = gauge('node_md_blocks', 'Its blocks of 1,024 bytes.', ['device']);
const synced = gauge('node_md_blocks_synced', 'Those that are in order, or done of what is being done.', ['device']);
const raidDisks = gauge('node_md_raid_disks', 'Disks an array has, as sysfs says.', ['device']);
const degraded = gauge('node_md_degraded', 'How many of them are missing.', ['device']);

/** What the states of /proc/mdstat are called in labels. */
const STATES = [
  ['active', 'active'],
  ['inactive', 'inactive'],
  ['recovery', 'recovering'],
  ['resync', 'resync'],
  ['check', 'check'],
] as const;

export const mdadm = defineCollector({
  name: 'mdadm',
  help: 'Software RAID from /proc/mdstat and /sys/block/md*',
  create: () => ({
    families: [required, disks, state, blocks, synced, raidDisks, degraded],
    async collect({ proc, sys }, emit) {
      for (const array of proc.read('mdstat', parseMdstat)) emitArray(emit, array);
      await forEachItem(
        sys.listIfPresent('block').filter((name) => name.startsWith('md')),
        (device) => emitRaid(emit, sys, device),
      );
    },
  }),
});

function emitArray(emit: Emit, array: RaidArray): void {
  const { device } = array;
  if (array.required !== undefined) emit(required, array.required, { device });
  if (array.active !== undefined) emit(disks, array.active, { device, state: 'active' });
  emit(disks, array.failed, { device, state: 'failed' });
  emit(disks, array.spare, { device, state: 'spare' });
  for (const [written, label] of STATES) emit(state, array.state === written ? 1 : 0, { device, state: label });
  if (array.blocks !== undefined) emit(blocks, array.blocks, { device });
  if (array.synced !== undefined) emit(synced, array.synced, { device });
}

/** Levels that are no arrays themselves: others are made of their disks. None: nobody has said yet. */
const CONTAINERS: ReadonlySet<string> = new Set(['', 'container', 'ddf', 'imsm']);

function emitRaid(emit: Emit, sys: KernelTree, device: string): void {
  const path = `block/${device}/md`;
  const isArray = !CONTAINERS.has(sys.read(`${path}/level`, parseText));
  const count = isArray ? sys.read(`${path}/raid_disks`, parseRaidDisks) : undefined;
  // Levels without redundancy do not have it, and none of their disks is missing.
  const missing = sys.readIfPresent(`${path}/degraded`, parseIntegerFile);
  if (count !== undefined) emit(raidDisks, count, { device });
  emit(degraded, missing ?? 0, { device });
}

/** `5 (4)` while the number changes from 4. */
function parseRaidDisks(text: string): number | undefined {
  const count = /^(\d{1,10})(?: \(\d+\))?$/.exec(text.trim())?.[1];
  if (count !== undefined) return Number(count);
  if (text.trim() === '') return undefined;
  throw new SyntaxError(`expected a number of disks instead of ${quote(text.trim())}`);
}
