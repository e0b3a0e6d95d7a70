/** https://docs.kernel.org/admin-guide/cgroup-v1/index.html */
import type { KernelDirectory } from '../../host/host.ts';
import { type BlkioCounts, createFlatKeyedParser, type DeviceIo, parseBlkio } from '../../parse/cgroup.ts';
import { parseNumberFile } from '../../parse/lines.ts';
import { USER_HZ } from '../../parse/stat.ts';
import type { CpuUsage, MemoryUsage } from './usage.ts';

type Folder = KernelDirectory | undefined;

const NANOSECONDS = 1e9;

const parseCpuacctStat = createFlatKeyedParser('user', 'system');
const parseCpuStat = createFlatKeyedParser('nr_periods', 'nr_throttled', 'throttled_time');

export function readCpu1({ cpu, cpuacct }: { readonly cpu: Folder; readonly cpuacct: Folder }): CpuUsage {
  const [user, system] = cpuacct?.findRecord('cpuacct.stat', parseCpuacctStat) ?? [];
  const [periods, throttledPeriods, throttled] = cpu?.findRecord('cpu.stat', parseCpuStat) ?? [];
  const quota = cpu?.findNumber('cpu.cfs_quota_us', parseNumberFile);
  return {
    usage: divide(cpuacct?.findNumber('cpuacct.usage', parseNumberFile), NANOSECONDS),
    user: divide(user, USER_HZ),
    system: divide(system, USER_HZ),
    periods,
    throttledPeriods,
    throttled: divide(throttled, NANOSECONDS),
    // -1: no limit.
    quota: quota !== undefined && quota < 0 ? Number.POSITIVE_INFINITY : quota,
    period: cpu?.findNumber('cpu.cfs_period_us', parseNumberFile),
    shares: cpu?.findNumber('cpu.shares', parseNumberFile),
  };
}

function divide(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

const parseMemoryStat = createFlatKeyedParser(
  'total_rss',
  'total_cache',
  'total_mapped_file',
  'total_inactive_file',
  'total_swap',
  'pgfault',
  'total_pgfault',
  'pgmajfault',
  'total_pgmajfault',
);
const parseOomControl = createFlatKeyedParser('oom_kill');

export function readMemory1(folder: Folder): MemoryUsage {
  const stat = folder?.findRecord('memory.stat', parseMemoryStat);
  const [rss, cache, mappedFile, inactiveFile, swap, ...faults] = stat ?? [];
  const [oomKills] = folder?.findRecord('memory.oom_control', parseOomControl) ?? [];
  return {
    usage: folder?.findNumber('memory.usage_in_bytes', parseNumberFile),
    rss,
    cache,
    mappedFile,
    inactiveFile,
    // Without swap accounting the kernel says nothing of swap.
    swap,
    failures: folder?.findNumber('memory.failcnt', parseNumberFile),
    faults: { own: faults[0], hierarchy: faults[1] },
    majorFaults: { own: faults[2], hierarchy: faults[3] },
    // Since Linux 4.13.
    oomKills,
    limit: folder?.findNumber('memory.limit_in_bytes', parseNumberFile),
  };
}

/** Tasks in the pids controller are threads. */
export function readThreads(folder: Folder): number | undefined {
  return folder?.findNumber('pids.current', parseNumberFile);
}

/**
 * The throttling layer counts what passes through it; where it saw nothing, because no rule leads there, the BFQ scheduler
 * may have counted. Kernels before 4.20 count the cgroup itself and not what is in it.
 */
const IO_FILES = [
  ['blkio.throttle.io_service_bytes_recursive', 'blkio.throttle.io_serviced_recursive'],
  ['blkio.bfq.io_service_bytes_recursive', 'blkio.bfq.io_serviced_recursive'],
  ['blkio.throttle.io_service_bytes', 'blkio.throttle.io_serviced'],
] as const;

export function readBlkio(folder: Folder): readonly DeviceIo[] {
  for (const [bytesFile, countFile] of IO_FILES) {
    const bytes = folder?.findRecord(bytesFile, parseBlkio);
    if (bytes === undefined || bytes.size === 0) continue;
    return toDevices(bytes, folder?.findRecord(countFile, parseBlkio) ?? new Map());
  }
  return [];
}

function toDevices(bytes: BlkioCounts, counts: BlkioCounts): readonly DeviceIo[] {
  return [...bytes].map(([device, { read, write }]) => ({
    device,
    readBytes: read,
    writeBytes: write,
    reads: counts.get(device)?.read,
    writes: counts.get(device)?.write,
  }));
}
