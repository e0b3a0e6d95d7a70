import { attempt, defineCollector } from '../../collection/collector.ts';
import { toggle } from '../../flags/flag.ts';
import type { KernelTree } from '../../host/host.ts';
import type { Emit, Labels } from '../../metrics/metric.ts';
import { parseBcacheNumber, parsePriorityStats, parseWritebackRateDebug } from '../../parse/bcache.ts';
import { SECONDS_PER_NANOSECOND } from '../../util/units.ts';
import { type EmittingRead, emitDevices, emittingRead } from '../support/slow-attributes.ts';
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

/**
 * The attributes are read asynchronously: each read takes `bch_register_lock`, which the kernel holds while it reads the
 * superblocks and the journal of a device (drivers/md/bcache/sysfs.c, super.c).
 *
 * https://docs.kernel.org/admin-guide/bcache.html
 */
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
    async collect(host, emit) {
      const { sys } = host;
      // The directory of a bcache set is named by a UUID. The other entries, such as `register`, are files.
      const sets = sys.listIfPresent('fs/bcache').filter((name) => name.includes('-'));
      const reads = sets.map((uuid) => attempt(host, () => listReads(sys, uuid, { emit, priorityStats })) ?? []);
      await emitDevices(host, reads);
    },
  }),
});

function familiesOf<L extends string>(table: BcacheTable<L>): BcacheFamily<L>[] {
  return table.map(([, family]) => family);
}

interface ReadContext {
  readonly emit: Emit;
  readonly priorityStats: boolean;
}

/** Returns the reads of a set, in the order of the exposition. */
function listReads(sys: KernelTree, uuid: string, { emit, priorityStats }: ReadContext): EmittingRead[] {
  const path = `fs/bcache/${uuid}`;
  const names = sys.list(path);
  const set = tableReader(emit, { uuid });
  const emitDuration = (nanoseconds: number): void =>
    // Like node_exporter, interpret the value as nanoseconds, although the name of the attribute ends in `_us`.
    emit<'uuid', 'counter' | 'gauge', 'prometheus'>(readDuration, nanoseconds * SECONDS_PER_NANOSECOND, { uuid });
  return [
    ...set.readAttributes(path, SET_ATTRIBUTES),
    emittingRead(`${path}/internal/btree_read_average_duration_us`, parseBcacheNumber, emitDuration),
    ...names
      .filter((name) => /^bdev\d/.test(name))
      .flatMap((name) => {
        const device = tableReader(emit, { uuid, backing_device: name });
        return [
          ...device.readAttributes(`${path}/${name}`, BACKING_DEVICE_ATTRIBUTES),
          emittingRead(`${path}/${name}/writeback_rate_debug`, parseWritebackRateDebug, (lines) =>
            device.emitLines(WRITEBACK_LINES, lines),
          ),
        ];
      }),
    ...names
      .filter((name) => /^cache\d/.test(name))
      .flatMap((name) => {
        const device = tableReader(emit, { uuid, cache_device: name });
        const priority = emittingRead(`${path}/${name}/priority_stats`, parsePriorityStats, (lines) =>
          device.emitLines(PRIORITY_LINES, lines),
        );
        return [
          ...device.readAttributes(`${path}/${name}`, CACHE_DEVICE_ATTRIBUTES),
          ...(priorityStats ? [priority] : []),
        ];
      }),
  ];
}

/** Returns functions that emit the families of a table, with the labels of a set or device. */
function tableReader<L extends string>(emit: Emit, labels: Labels<L>) {
  const emitValue = (family: BcacheFamily<L>, value: number): void =>
    emit<string, 'counter' | 'gauge', 'prometheus'>(family, value, labels);
  return {
    readAttributes(path: string, table: BcacheTable<L>): EmittingRead[] {
      return table.map(([name, family]) =>
        emittingRead(`${path}/${name}`, parseBcacheNumber, (value) => emitValue(family, value)),
      );
    },
    emitLines(table: BcacheTable<L>, lines: ReadonlyMap<string, number>): void {
      for (const [name, family] of table) {
        const value = lines.get(name);
        if (value !== undefined) emitValue(family, value);
      }
    },
  };
}
