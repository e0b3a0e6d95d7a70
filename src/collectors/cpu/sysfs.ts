import type { Host, KernelDirectory, KernelTree } from '../../host/host.ts';
import { counter, type Emit, gauge } from '../../metrics/metric.ts';
import { parseCpuList } from '../../parse/cpu-list.ts';
import { parseCountFile, parseNumberFile, requireContent } from '../../parse/lines.ts';
import { WeakMemo } from '../../util/memoize.ts';

const packageThrottles = counter(
  'node_cpu_package_throttles_total',
  'Times that the CPU package was throttled because of its temperature.',
  ['package'],
);
const coreThrottles = counter(
  'node_cpu_core_throttles_total',
  'Times that the CPU core was throttled because of its temperature.',
  ['package', 'core'],
);
const isolated = gauge('node_cpu_isolated', 'CPU that is isolated from the scheduler; always 1.', ['cpu']);
const online = gauge('node_cpu_online', '1 if the CPU is online, 0 if it is offline.', ['cpu']);

/** All families, in the order of the exposition. */
export const sysfsFamilies = [packageThrottles, coreThrottles, isolated, online];

const CPUS = 'devices/system/cpu';

/**
 * Returns a function that reads and emits the isolation, the throttling and the online state of each CPU.
 *
 * `/sys/devices/system/cpu` in https://docs.kernel.org/admin-guide/abi-testing.html
 */
export function createSysfsEmitter(): (host: Host, emit: Emit) => void {
  const topologies: TopologyCache = new WeakMemo();
  return ({ sys }, emit) => {
    for (const number of sys.readIfPresent(`${CPUS}/isolated`, parseCpuList) ?? []) {
      emit(isolated, 1, { cpu: String(number) });
    }
    const cpus = sys.list(CPUS).filter((name) => /^cpu\d+$/.test(name));
    // Like node_exporter, emit online states only if the first CPU has the file `online`.
    const onlineCpus = sys.exists(`${CPUS}/${cpus[0]}/online`) ? readOnlineCpus(sys) : undefined;
    const seen = new Set<string>();
    for (const name of cpus) {
      const path = `${CPUS}/${name}`;
      const throttles = readThrottles(sys, path, { seen, topologies });
      if (throttles !== undefined) emitThrottles(emit, throttles);
      const number = name.slice('cpu'.length);
      if (onlineCpus !== undefined && sys.exists(`${path}/online`)) {
        emit(online, onlineCpus.has(Number(number)) ? 1 : 0, { cpu: number });
      }
    }
  };
}

/**
 * Returns the numbers of the online CPUs. The file `online` of each CPU has the same information, but a read of that file
 * waits while the CPU is being switched on or off.
 */
function readOnlineCpus(sys: KernelTree): ReadonlySet<number> | undefined {
  const numbers = sys.readIfPresent(`${CPUS}/online`, parseOnlineCpus);
  return numbers === undefined ? undefined : new Set(numbers);
}

/**
 * Parses the list of online CPUs, of which there is at least one.
 *
 * @throws {SyntaxError} if a part of the list is malformed, because its CPUs would count as offline
 */
function parseOnlineCpus(text: string): readonly number[] {
  requireContent(text, 'a range of CPUs');
  return parseCpuList(text);
}

interface CpuTopology {
  readonly package: string;
  readonly core: string;
}

/**
 * Topology of each CPU. The key is the identity of the CPU's directory `thermal_throttle`: the kernel creates a new
 * directory when the CPU comes back online, and the topology does not change before that.
 */
type TopologyCache = WeakMemo<CpuTopology>;

interface ThrottleContext {
  /**
   * Cores and packages whose throttle count was already read in this pass. The kernel reports the same count for all
   * CPUs of a core or package.
   */
  readonly seen: Set<string>;
  readonly topologies: TopologyCache;
}

interface CpuThrottles {
  readonly topology: CpuTopology;
  readonly ofCore: number | undefined;
  readonly ofPackage: number | undefined;
}

/** Reads the throttle counts of a CPU. Returns `undefined` if the CPU has no counts, because it is offline or virtual. */
function readThrottles(sys: KernelTree, path: string, { seen, topologies }: ThrottleContext): CpuThrottles | undefined {
  const counts = sys.directory(`${path}/thermal_throttle`);
  if (!counts.exists()) return undefined;
  const topology = topologies.get(counts.identity, () => readTopology(sys.directory(`${path}/topology`)));
  if (topology === undefined) return undefined;
  const readOnce = (key: string, file: string): number | undefined => {
    if (seen.has(key)) return undefined;
    const count = counts.readNumberIfPresent(file, parseCountFile);
    if (count !== undefined) seen.add(key);
    return count;
  };
  return {
    topology,
    ofCore: readOnce(`${topology.package} ${topology.core}`, 'core_throttle_count'),
    ofPackage: readOnce(topology.package, 'package_throttle_count'),
  };
}

/** Reads the topology of a CPU. Returns `undefined` if a file of the topology is absent or contains -1. */
function readTopology(directory: KernelDirectory): CpuTopology | undefined {
  const packageId = directory.readNumberIfPresent('physical_package_id', parseNumberFile);
  const coreId = directory.readNumberIfPresent('core_id', parseNumberFile);
  if (packageId === undefined || coreId === undefined || packageId < 0 || coreId < 0) return undefined;
  return { package: String(packageId), core: String(coreId) };
}

function emitThrottles(emit: Emit, { topology, ofCore, ofPackage }: CpuThrottles): void {
  if (ofCore !== undefined) emit(coreThrottles, ofCore, topology);
  if (ofPackage !== undefined) emit(packageThrottles, ofPackage, { package: topology.package });
}
