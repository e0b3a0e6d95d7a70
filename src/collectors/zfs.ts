import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { type Emit, familiesByName, gauge } from '../metrics/metric.ts';
import { parseDatasetKstats, parseKstats, parsePoolIo } from '../parse/kstat.ts';
import { parseWord } from '../parse/lines.ts';

const poolState = gauge(
  'node_zfs_zpool_state',
  'State of the ZFS pool: 1 for the current state, 0 for all other states.',
  ['zpool', 'state'],
);
const moduleStat = familiesByName((name) => gauge(`node_zfs_${name}`, `Statistic ${name} of the ZFS module.`));
const poolStat = familiesByName((name) =>
  gauge(`node_zfs_zpool_${name}`, `I/O statistic ${name} of the ZFS pool.`, ['zpool']),
);
const datasetStat = familiesByName((name) =>
  gauge(`node_zfs_zpool_dataset_${name}`, `Statistic ${name} of the ZFS dataset.`, ['zpool', 'dataset']),
);

const KSTATS = 'spl/kstat/zfs';

/** Files of the ZFS module, each with the prefix of its metrics. A version of ZFS may lack some of the files. */
const MODULE_FILES: ReadonlyMap<string, string> = new Map([
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

const POOL_STATES = ['online', 'degraded', 'faulted', 'offline', 'removed', 'unavail', 'suspended'];

/** https://openzfs.github.io/openzfs-docs/man/master/4/zfs.4.html */
export const zfs = defineCollector({
  name: 'zfs',
  help: 'ZFS module, pools and datasets from /proc/spl/kstat/zfs',
  create: () => ({
    families: [poolState],
    dynamicFamilies: [moduleStat('<file>_<name>'), poolStat('<name>'), datasetStat('<name>')],
    async collect({ proc }, emit) {
      const files = proc.list(KSTATS).flatMap((entry) => listFiles(proc, entry));
      await forEachItem(files, (file) => emitFile(proc, file, emit));
    },
  }),
});

interface ZfsModuleFile {
  readonly path: string;
  /** Prefix of the metric names. */
  readonly prefix: string;
}

interface ZfsPoolFile {
  readonly path: string;
  readonly name: string;
  readonly pool: string;
}

/** A file of the module or of a pool. If reading one file fails, the other files are still emitted. */
type ZfsFile = ZfsModuleFile | ZfsPoolFile;

function listFiles(proc: KernelTree, entry: string): ZfsFile[] {
  const path = `${KSTATS}/${entry}`;
  const prefix = MODULE_FILES.get(entry);
  if (prefix !== undefined) return [{ path, prefix }];
  // A pool is a directory. Any other entry is a file, and listing a file would throw.
  if (!proc.exists(`${path}/.`)) return [];
  return proc.listIfPresent(path).map((name) => ({ path: `${path}/${name}`, name, pool: entry }));
}

function emitFile(proc: KernelTree, file: ZfsFile, emit: Emit): void {
  if ('prefix' in file) emitModule(proc, file, emit);
  else if (file.name === 'io') emitPoolIo(proc, file, emit);
  else if (file.name === 'state') emitPoolState(proc, file, emit);
  else if (file.name.startsWith('objset-')) emitDataset(proc, file, emit);
}

function emitModule(proc: KernelTree, { path, prefix }: ZfsModuleFile, emit: Emit): void {
  for (const [name, value] of proc.read(path, parseKstats)) emit(moduleStat(`${prefix}_${toNamePart(name)}`), value);
}

function emitPoolIo(proc: KernelTree, { path, pool: zpool }: ZfsPoolFile, emit: Emit): void {
  for (const [name, value] of proc.read(path, parsePoolIo)) emit(poolStat(toNamePart(name)), value, { zpool });
}

function emitPoolState(proc: KernelTree, { path, pool: zpool }: ZfsPoolFile, emit: Emit): void {
  const current = proc.read(path, parseWord).toLowerCase();
  for (const state of POOL_STATES) emit(poolState, state === current ? 1 : 0, { zpool, state });
}

function emitDataset(proc: KernelTree, { path, pool: zpool }: ZfsPoolFile, emit: Emit): void {
  const { dataset, numbers } = proc.read(path, parseDatasetKstats);
  for (const [name, value] of numbers) emit(datasetStat(toNamePart(name)), value, { zpool, dataset });
}

/** Returns the part of a name after the last dot, with `_` for `-`: `erpt_set_failed` for `erpt-set-failed`. */
function toNamePart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replaceAll('-', '_');
}
