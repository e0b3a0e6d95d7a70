/** Files of cgroup v1: https://docs.kernel.org/admin-guide/cgroup-v1/index.html */
import type { KernelDirectory } from '../../host/host.ts';
import { type BlkioCounts, createFlatKeyedParser, type DeviceIo, parseBlkio } from '../../parse/cgroup.ts';
import { parseCountFile, parseNumberFile } from '../../parse/lines.ts';
import { USER_HZ } from '../../parse/stat.ts';
import type { CpuUsage, MemoryUsage } from './usage.ts';

const NANOSECONDS_PER_SECOND = 1e9;

const parseCpuacctStat = createFlatKeyedParser('user', 'system');
const parseCpuStat = createFlatKeyedParser('nr_periods', 'nr_throttled', 'throttled_time');

interface CpuDirectories {
  readonly cpu: KernelDirectory | undefined;
  readonly cpuacct: KernelDirectory | undefined;
}

export function readCpuV1({ cpu, cpuacct }: CpuDirectories): CpuUsage {
  const [user, system] = cpuacct?.readIfPresent('cpuacct.stat', parseCpuacctStat) ?? [];
  const [periods, throttledPeriods, throttled] = cpu?.readIfPresent('cpu.stat', parseCpuStat) ?? [];
  const quota = cpu?.readNumberIfPresent('cpu.cfs_quota_us', parseNumberFile);
  return {
    usage: divide(cpuacct?.readNumberIfPresent('cpuacct.usage', parseCountFile), NANOSECONDS_PER_SECOND),
    user: divide(user, USER_HZ),
    system: divide(system, USER_HZ),
    periods,
    throttledPeriods,
    throttled: divide(throttled, NANOSECONDS_PER_SECOND),
    // The file contains -1 if there is no quota.
    quota: quota !== undefined && quota < 0 ? Number.POSITIVE_INFINITY : quota,
    period: cpu?.readNumberIfPresent('cpu.cfs_period_us', parseCountFile),
    shares: cpu?.readNumberIfPresent('cpu.shares', parseCountFile),
  };
}

function divide(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor;
}

const parseMemoryStat = createFlatKeyedParser(
  'total_rss',
  'total_cache',
  'total_mapped_file',
  'total_inactive_file',
  // The kernel reports this key only with swap accounting.
  'total_swap',
  'pgfault',
  'total_pgfault',
  'pgmajfault',
  'total_pgmajfault',
);
const parseOomControl = createFlatKeyedParser('oom_kill');

export function readMemoryV1(directory: KernelDirectory | undefined): MemoryUsage {
  const stat = directory?.readIfPresent('memory.stat', parseMemoryStat);
  const [rss, cache, mappedFile, inactiveFile, swap, ...faults] = stat ?? [];
  // The key oom_kill exists since Linux 4.13.
  const [oomKills] = directory?.readIfPresent('memory.oom_control', parseOomControl) ?? [];
  return {
    usage: directory?.readNumberIfPresent('memory.usage_in_bytes', parseCountFile),
    maxUsage: directory?.readNumberIfPresent('memory.max_usage_in_bytes', parseCountFile),
    rss,
    cache,
    mappedFile,
    inactiveFile,
    swap,
    failures: directory?.readNumberIfPresent('memory.failcnt', parseCountFile),
    faults: { local: faults[0], hierarchical: faults[1] },
    majorFaults: { local: faults[2], hierarchical: faults[3] },
    oomKills,
    limit: directory?.readNumberIfPresent('memory.limit_in_bytes', parseCountFile),
  };
}

/**
 * Pairs of files that count bytes and operations, in order of preference: the first pair with values is used. The throttling
 * layer (`blkio.throttle`) may count only for devices with a throttling rule. The BFQ scheduler (`blkio.bfq`) counts without
 * a rule. Only files whose name ends with `_recursive` include child cgroups. For the throttling layer, such files exist
 * since Linux 4.20.
 */
const IO_FILES = [
  ['blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_serviced_recursive'],
  ['blkio.bfq.io_service_bytes_recursive', 'blkio.bfq.io_serviced_recursive'],
  ['blkio.throttle.io_service_bytes', 'blkio.throttle.io_serviced'],
] as const;

export function readBlkioV1(directory: KernelDirectory | undefined): readonly DeviceIo[] {
  for (const [bytesFile, operationsFile] of IO_FILES) {
    const bytes = directory?.readIfPresent(bytesFile, parseBlkio);
    if (bytes === undefined || bytes.size === 0) continue;
    return joinByDevice(bytes, directory?.readIfPresent(operationsFile, parseBlkio) ?? new Map());
  }
  return [];
}

function joinByDevice(bytes: BlkioCounts, operations: BlkioCounts): readonly DeviceIo[] {
  return [...bytes].map(([device, { read, write }]) => ({
    device,
    readBytes: read,
    writeBytes: write,
    reads: operations.get(device)?.read,
    writes: operations.get(device)?.write,
  }));
}
