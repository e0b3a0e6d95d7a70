import { attempt } from '../../collection/collector.ts';
import { RateWindow } from '../../collection/rate-window.ts';
import { type Host, optional } from '../../host/host.ts';
import { type Emit, semconv } from '../../metrics/metric.ts';
import { parseCpuList } from '../../parse/cpu-list.ts';
import { parseCpuinfo } from '../../parse/cpuinfo.ts';
import { ALL_CPUS, CPU_MODES, type CpuTicks, USER_HZ } from '../../parse/stat.ts';
import { HERTZ_PER_MEGAHERTZ } from '../../util/units.ts';
import type { TicksByCpu } from './monotonic-ticks.ts';

const CPU = 'cpu.logical_number';
const time = semconv.counter('system.cpu.time', 's', 'Time that the logical CPU spent in each mode, in seconds.', [
  CPU,
  'cpu.mode',
]);
const utilization = semconv.gauge(
  'system.cpu.utilization',
  '1',
  'Fraction of its time that the logical CPU spent in each mode since the last push.',
  [CPU, 'cpu.mode'],
);
const logicalCount = semconv.intUpDownCounter('system.cpu.logical.count', '{cpu}', 'Online logical CPUs of the host.');
const physicalCount = semconv.intUpDownCounter(
  'system.cpu.physical.count',
  '{cpu}',
  'Physical CPU cores of the host that have an online logical CPU.',
);
const frequency = semconv.intGauge('system.cpu.frequency', 'Hz', 'Current frequency of the logical CPU, in hertz.', [
  CPU,
]);

/**
 * Modes of the semantic conventions. The time of a mode is the sum of its columns of `/proc/stat`. The columns `guest` and
 * `guest_nice` are left out, because the kernel includes them in `user` and `nice`.
 */
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

interface CpuReading {
  readonly cpus: readonly string[];
  readonly ticks: TicksByCpu;
}

/** Emits the CPU families of the semantic conventions. Holds the ticks of the last pass to compute the utilization. */
export class CpuSemconv {
  readonly families = [time, utilization, logicalCount, physicalCount, frequency];
  /**
   * Computes the rate of each mode of a CPU. The clock of a CPU is the sum of its ticks, so each rate is a fraction of
   * the CPU's time.
   */
  readonly #window = new RateWindow<string, string>();

  /**
   * @param cpus the numbers of the online CPUs
   * @param ticks the ticks to emit, in the order of {@link CPU_MODES}: an entry for each CPU, or one entry with the key
   *   {@link ALL_CPUS}
   */
  emit(host: Host, { cpus, ticks }: CpuReading, emit: Emit): void {
    this.#window.startPass();
    for (const [cpu, columns] of ticks) {
      const byMode = sumModes(columns);
      const attributes = (mode: string) => ({ [CPU]: cpu === ALL_CPUS ? undefined : Number(cpu), 'cpu.mode': mode });
      for (const [mode, modeTicks] of Object.entries(byMode)) emit(time, modeTicks / USER_HZ, attributes(mode));
      // Skip the CPU if a mode is missing: the clock of a CPU is the sum of the ticks of all modes.
      if (Object.keys(byMode).length < MODES.length) continue;
      const rates = Object.entries(this.#window.rates(cpu, sum(Object.values(byMode)), byMode));
      // A mode whose ticks have decreased has no rate. Skip its CPU: the fractions of the other modes do not add up to 1.
      if (rates.length < MODES.length) continue;
      for (const [mode, rate] of rates) if (rate !== undefined) emit(utilization, rate, attributes(mode));
    }
    emit(logicalCount, cpus.length);
    // If the file of one CPU cannot be read, the number of cores is unknown, and the family is left out.
    const cores = attempt(host, () => countCores(host, cpus)) ?? 0;
    if (cores > 0) emit(physicalCount, cores);
    emitFrequencies(host, cpus, emit);
  }
}

/**
 * Returns the ticks of each mode. Leaves out modes with a malformed column. A column that an old kernel does not print
 * counts as 0.
 */
function sumModes(columns: CpuTicks): Readonly<Record<string, number>> {
  const isMalformed = (place: number): boolean => place < columns.length && columns[place] === undefined;
  const whole = columns.includes(undefined) ? MODES.filter(([, places]) => !places.some(isMalformed)) : MODES;
  return Object.fromEntries(whole.map(([mode, places]) => [mode, sum(places.map((place) => columns[place] ?? 0))]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Returns the number of physical cores. The file `core_cpus_list` of a CPU (`thread_siblings_list` before Linux 5.3) lists
 * all CPUs of the same core.
 */
function countCores({ sys }: Host, cpus: readonly string[]): number {
  const seen = new Set<number>();
  let cores = 0;
  for (const cpu of cpus) {
    if (seen.has(Number(cpu))) continue;
    const path = `${CPUS}/cpu${cpu}/topology`;
    const threads =
      optional(() => sys.read(`${path}/core_cpus_list`, wholeCpuList)) ??
      optional(() => sys.read(`${path}/thread_siblings_list`, wholeCpuList));
    if (threads === undefined) continue;
    cores += 1;
    for (const thread of threads) seen.add(thread);
  }
  return cores;
}

function wholeCpuList(text: string): readonly number[] {
  return parseCpuList(text);
}

/** Emits the frequency of each CPU without a directory `cpufreq`. The collector cpufreq covers all other CPUs. */
function emitFrequencies(host: Host, cpus: readonly string[], emit: Emit): void {
  const unscaled = new Set(cpus.filter((cpu) => !host.sys.exists(`${CPUS}/cpu${cpu}/cpufreq`)));
  if (unscaled.size === 0) return;
  for (const { processor, megahertz } of host.proc.readIfPresent('cpuinfo', (text, report) =>
    parseCpuinfo(text, host.machine, report),
  ) ?? []) {
    if (megahertz === undefined || !unscaled.has(processor)) continue;
    emit(frequency, Math.round(megahertz * HERTZ_PER_MEGAHERTZ), { [CPU]: Number(processor) });
  }
}
