import { RateWindow } from '../../collection/rate-window.ts';
import type { Host } from '../../host/host.ts';
import { type Emit, semconv } from '../../metrics/metric.ts';
import { parseCpuList } from '../../parse/cpu-list.ts';
import { parseCpuinfo } from '../../parse/cpuinfo.ts';
import { CPU_MODES, type CpuTicks, USER_HZ } from '../../parse/stat.ts';

const CPU = 'cpu.logical_number';
const time = semconv.counter('system.cpu.time', 's', 'Time that a CPU spent in a mode.', [CPU, 'cpu.mode']);
const utilization = semconv.gauge(
  'system.cpu.utilization',
  '1',
  'Part of the time since the last push that a CPU spent in a mode.',
  [CPU, 'cpu.mode'],
);
const logicalCount = semconv.upDownCounter('system.cpu.logical.count', '{cpu}', 'CPUs that are on-line.');
const physicalCount = semconv.upDownCounter('system.cpu.physical.count', '{cpu}', 'Cores that have such CPUs.');
const frequency = semconv.gauge('system.cpu.frequency', 'Hz', 'Frequency of a CPU.', [CPU]);

/** The columns of each mode. The conventions have one for both kinds of interrupts, and guests are part of `user`. */
const MODES: readonly (readonly [mode: string, columns: readonly number[]])[] = (
  [
    ['user', ['user']],
    ['nice', ['nice']],
    ['system', ['system']],
    ['idle', ['idle']],
    ['iowait', ['iowait']],
    ['interrupt', ['irq', 'softirq']],
    ['steal', ['steal']],
  ] as const
).map(([mode, columns]) => [mode, columns.map((column) => CPU_MODES.indexOf(column))]);

const CPUS = 'devices/system/cpu';
const HERTZ_PER_MEGAHERTZ = 1e6;

/** What the conventions say of CPUs. */
export class CpuSemconv {
  readonly families = [time, utilization, logicalCount, physicalCount, frequency];
  /** By CPU and mode. The clock of a CPU is the sum of its ticks, so a rate is a part of the CPU's time. */
  readonly #window = new RateWindow<string, string>();

  /** @param ticks by CPU, in the order of {@link CPU_MODES} */
  emit(host: Host, ticks: ReadonlyMap<string, CpuTicks>, emit: Emit): void {
    this.#window.startPass();
    for (const [cpu, columns] of ticks) {
      const byMode = sumModes(columns);
      const attributes = (mode: string) => ({ [CPU]: Number(cpu), 'cpu.mode': mode });
      for (const [mode, modeTicks] of Object.entries(byMode)) emit(time, modeTicks / USER_HZ, attributes(mode));
      const rates = Object.entries(this.#window.rates(cpu, sum(Object.values(byMode)), byMode));
      // If a mode has decreased, the parts of the others do not add up to 1.
      if (rates.length < MODES.length) continue;
      for (const [mode, rate] of rates) if (rate !== undefined) emit(utilization, rate, attributes(mode));
    }
    emit(logicalCount, ticks.size);
    const cores = countCores(host, [...ticks.keys()]);
    if (cores > 0) emit(physicalCount, cores);
    emitFrequencies(host, [...ticks.keys()], emit);
  }
}

/** Kernels leave out the last columns, and what they have no column for they do not count. */
function sumModes(columns: CpuTicks): Readonly<Record<string, number>> {
  return Object.fromEntries(MODES.map(([mode, places]) => [mode, sum(places.map((place) => columns[place] ?? 0))]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Threads of one core name each other; the second file is that of kernels before 5.3. */
function countCores({ sys }: Host, cpus: readonly string[]): number {
  const seen = new Set<number>();
  let cores = 0;
  for (const cpu of cpus) {
    if (seen.has(Number(cpu))) continue;
    const folder = `${CPUS}/cpu${cpu}/topology`;
    const threads =
      sys.findAttribute(`${folder}/core_cpus_list`, parseCpuList) ??
      sys.findAttribute(`${folder}/thread_siblings_list`, parseCpuList);
    if (threads === undefined) continue;
    cores += 1;
    for (const thread of threads) seen.add(thread);
  }
  return cores;
}

/** Of CPUs whose frequency the hypervisor or the firmware governs: the collector cpufreq tells that of the others. */
function emitFrequencies(host: Host, cpus: readonly string[], emit: Emit): void {
  const others = new Set(cpus.filter((cpu) => !host.sys.exists(`${CPUS}/cpu${cpu}/cpufreq`)));
  if (others.size === 0) return;
  for (const { processor, megahertz } of host.proc.find('cpuinfo', (text) => parseCpuinfo(text, host.machine)) ?? []) {
    if (megahertz === undefined || !others.has(processor)) continue;
    emit(frequency, Math.round(megahertz * HERTZ_PER_MEGAHERTZ), { [CPU]: Number(processor) });
  }
}
