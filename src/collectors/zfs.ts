import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { Host } from '../host/host.ts';
import { type Emit, familiesByName, gauge } from '../metrics/metric.ts';
import { parseDatasetKstats, parseKstats, parsePoolIo } from '../parse/kstat.ts';
import { parseText } from '../parse/lines.ts';

const state = gauge('node_zfs_zpool_state', 'The state of the pool: 1 for the one it is in, 0 for all others.', [
  'zpool',
  'state',
]);

const stat = familiesByName((name) => gauge(`node_zfs_${name}`, `ZFS counts this as ${name}.`));
const poolStat = familiesByName((name) => gauge(`node_zfs_zpool_${name}`, `ZFS counts this as io ${name}.`, ['zpool']));
const datasetStat = familiesByName((name) =>
  gauge(`node_zfs_zpool_dataset_${name}`, `ZFS counts this as objset ${name}.`, ['zpool', 'dataset']),
);

const FOLDER = 'spl/kstat/zfs';

/** By file, what its metrics' names begin with. A version of ZFS has some of them. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['abdstats', 'abd'],
  ['arcstats', 'arc'],
  ['dbufstats', 'dbuf'],
  ['dmu_tx', 'dmu_tx'],
  ['dnodestats', 'dnode'],
  ['fm', 'fm'],
  ['vdev_cache_stats', 'vdev_cache'],
  ['vdev_mirror_stats', 'vdev_mirror'],
  ['xuio_stats', 'xuio'],
  ['zfetchstats', 'zfetch'],
  ['zil', 'zil'],
]);

const STATES = ['online', 'degraded', 'faulted', 'offline', 'removed', 'unavail', 'suspended'];

export const zfs = defineCollector({
  name: 'zfs',
  help: 'ZFS statistics from /proc/spl/kstat/zfs',
  create: () => ({
    families: [state],
    dynamicFamilies: [stat('<file>_<name>'), poolStat('<name>'), datasetStat('<name>')],
    async collect(host, emit) {
      const items = host.proc.list(FOLDER).flatMap((entry) => itemsOf(host, entry));
      await forEachItem(items, (item) => readItem(host, item, emit));
    },
  }),
});

/** The smallest thing that can fail: a file of the module, or of a pool. */
interface Item {
  readonly path: string;
  readonly file: string;
  readonly pool: string | undefined;
}

function itemsOf({ proc }: Host, entry: string): Item[] {
  const path = `${FOLDER}/${entry}`;
  if (FILES.has(entry)) return [{ path, file: entry, pool: undefined }];
  // A pool has a folder. To list one of the many other files would throw.
  if (!proc.exists(`${path}/.`)) return [];
  return proc.listIfPresent(path).map((file) => ({ path: `${path}/${file}`, file, pool: entry }));
}

function readItem({ proc }: Host, { path, file, pool }: Item, emit: Emit): void {
  if (pool === undefined) {
    for (const [name, value] of proc.read(path, parseKstats)) emit(stat(`${FILES.get(file)}_${nameOf(name)}`), value);
  } else if (file === 'io') {
    for (const [name, value] of proc.read(path, parsePoolIo)) emit(poolStat(nameOf(name)), value, { zpool: pool });
  } else if (file === 'state') {
    const current = proc.read(path, parseText).toLowerCase();
    for (const name of STATES) emit(state, name === current ? 1 : 0, { zpool: pool, state: name });
  } else if (file.startsWith('objset-')) {
    const { dataset, numbers } = proc.read(path, parseDatasetKstats);
    for (const [name, value] of numbers) emit(datasetStat(nameOf(name)), value, { zpool: pool, dataset });
  }
}

/** `erpt-set-failed` as a part of a metric's name. */
function nameOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll('-', '_');
}
