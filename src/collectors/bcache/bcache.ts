import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { toggle } from '../../flags/flag.ts';
import type { KernelTree } from '../../host/host.ts';
import { parseBcacheNumber, parsePriorityStats, parseWritebackRateDebug } from '../../parse/bcache.ts';
import { SECONDS_PER_NANOSECOND } from '../../util/units.ts';
import {
  BACKING_DEVICE_ATTRIBUTES,
  type BcacheFamily,
  type BcacheTable,
  CACHE_DEVICE_ATTRIBUTES,
  PRIORITY_LINES,
  readDuration,
  SET_ATTRIBUTES,
  WRITEBACK_LINES,
} from './families.ts';

/** https://docs.kernel.org/admin-guide/bcache.html */
export const bcache = defineCollector({
  name: 'bcache',
  help: 'Block caches from /sys/fs/bcache',
  flags: { priorityStats: toggle('Emit the priority statistics of cache devices, which are expensive to read.') },
  create: ({ priorityStats }) => ({
    families: [
      ...familiesOf(SET_ATTRIBUTES),
      readDuration,
      ...familiesOf([...BACKING_DEVICE_ATTRIBUTES, ...WRITEBACK_LINES]),
      ...familiesOf([...CACHE_DEVICE_ATTRIBUTES, ...PRIORITY_LINES]),
    ],
    async collect({ sys }, emit) {
      // The directory of a bcache set is named by a UUID. The other entries, such as `register`, are files.
      const sets = sys.listIfPresent('fs/bcache').filter((name) => name.includes('-'));
      await forEachItem(sets, (uuid) => {
        const path = `fs/bcache/${uuid}`;
        const names = sys.list(path);
        const set = readSet(sys, path);
        const backingDevices = names
          .filter((name) => /^bdev\d/.test(name))
          .map((name) => ({ name, values: readBackingDevice(sys, `${path}/${name}`) }));
        const cacheDevices = names
          .filter((name) => /^cache\d/.test(name))
          .map((name) => ({ name, values: readCacheDevice(sys, `${path}/${name}`, priorityStats) }));

        for (const [family, value] of set) emit(family, value, { uuid });
        for (const { name, values } of backingDevices) {
          for (const [family, value] of values) emit(family, value, { uuid, backing_device: name });
        }
        for (const { name, values } of cacheDevices) {
          for (const [family, value] of values) emit(family, value, { uuid, cache_device: name });
        }
      });
    },
  }),
});

type BcacheValues<L extends string> = readonly (readonly [family: BcacheFamily<L>, value: number])[];

function familiesOf<L extends string>(table: BcacheTable<L>): BcacheFamily<L>[] {
  return table.map(([, family]) => family);
}

function readSet(sys: KernelTree, path: string): BcacheValues<'uuid'> {
  const duration = sys.readIfPresent(`${path}/internal/btree_read_average_duration_us`, parseBcacheNumber);
  return [
    ...readAttributes(sys, path, SET_ATTRIBUTES),
    // Like node_exporter, take the value for nanoseconds, although the name of the attribute ends in `_us`.
    ...(duration === undefined ? [] : [[readDuration, duration * SECONDS_PER_NANOSECOND] as const]),
  ];
}

function readBackingDevice(sys: KernelTree, path: string): BcacheValues<'uuid' | 'backing_device'> {
  const writeback = sys.readIfPresent(`${path}/writeback_rate_debug`, parseWritebackRateDebug);
  return [
    ...readAttributes(sys, path, BACKING_DEVICE_ATTRIBUTES),
    ...selectValues(WRITEBACK_LINES, (name) => writeback?.get(name)),
  ];
}

function readCacheDevice(
  sys: KernelTree,
  path: string,
  withPriorityStats: boolean,
): BcacheValues<'uuid' | 'cache_device'> {
  const priority = withPriorityStats ? sys.readIfPresent(`${path}/priority_stats`, parsePriorityStats) : undefined;
  return [
    ...readAttributes(sys, path, CACHE_DEVICE_ATTRIBUTES),
    ...selectValues(PRIORITY_LINES, (name) => priority?.get(name)),
  ];
}

function readAttributes<L extends string>(sys: KernelTree, path: string, table: BcacheTable<L>): BcacheValues<L> {
  return selectValues(table, (name) => sys.readIfPresent(`${path}/${name}`, parseBcacheNumber));
}

/** Returns the families of the table together with their values, without the families that have no value. */
function selectValues<L extends string>(
  table: BcacheTable<L>,
  readValue: (name: string) => number | undefined,
): BcacheValues<L> {
  return table.flatMap(([name, family]) => {
    const value = readValue(name);
    return value === undefined ? [] : [[family, value] as const];
  });
}
