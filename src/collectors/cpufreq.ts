import { defineCollector, forEachItem } from '../collection/collector.ts';
import { type Host, isAbsentOr, type KernelTree, ReadError } from '../host/host.ts';
import { type Emit, type Family, gauge, semconv } from '../metrics/metric.ts';
import { parseCpuList } from '../parse/cpu-list.ts';
import { parseFrequency } from '../parse/cpufreq.ts';
import { parseText, splitWords } from '../parse/lines.ts';
import { HERTZ_PER_KILOHERTZ } from '../util/units.ts';

const current = gauge('node_cpu_frequency_hertz', 'Current frequency of the CPU, in hertz.', ['cpu']);
const average = gauge('node_cpu_frequency_avg_hertz', 'Average frequency of the CPU, in hertz.', ['cpu']);
const minimum = gauge('node_cpu_frequency_min_hertz', 'Lowest frequency that the CPU supports, in hertz.', ['cpu']);
const maximum = gauge('node_cpu_frequency_max_hertz', 'Highest frequency that the CPU supports, in hertz.', ['cpu']);
const scalingCurrent = gauge(
  'node_cpu_scaling_frequency_hertz',
  'Frequency that the scaling driver last requested for the CPU, in hertz.',
  ['cpu'],
);
const scalingMinimum = gauge(
  'node_cpu_scaling_frequency_min_hertz',
  'Lowest frequency that the scaling governor may request for the CPU, in hertz.',
  ['cpu'],
);
const scalingMaximum = gauge(
  'node_cpu_scaling_frequency_max_hertz',
  'Highest frequency that the scaling governor may request for the CPU, in hertz.',
  ['cpu'],
);
const governor = gauge(
  'node_cpu_scaling_governor',
  '1 for the scaling governor that the CPU uses, 0 for the other available governors.',
  ['cpu', 'governor'],
);

const frequency = semconv.gauge('system.cpu.frequency', 'Hz', 'Current frequency of the logical CPU, in hertz.', [
  'cpu.logical_number',
]);

/** Attributes whose reads may access the hardware. Not every driver has them. */
const MEASURED_ATTRIBUTES = [
  ['cpuinfo_cur_freq', current],
  ['cpuinfo_avg_freq', average],
  ['scaling_cur_freq', scalingCurrent],
] as const;
/** Attributes that the kernel holds in memory. */
const LIMIT_ATTRIBUTES = [
  ['cpuinfo_min_freq', minimum],
  ['cpuinfo_max_freq', maximum],
  ['scaling_min_freq', scalingMinimum],
  ['scaling_max_freq', scalingMaximum],
] as const;

const CPUS = 'devices/system/cpu';

/** https://docs.kernel.org/admin-guide/pm/cpufreq.html */
export const cpufreq = defineCollector({
  name: 'cpufreq',
  help: 'Frequency and scaling governor of each CPU from /sys/devices/system/cpu/cpuN/cpufreq',
  create: () => ({
    families: [current, average, minimum, maximum, scalingCurrent, scalingMinimum, scalingMaximum, governor, frequency],
    async collect(host, emit) {
      const names = listScaledCpus(host.sys);
      const measured = await measureCpus(host, names);
      const emitCpu = emit.convention === 'semconv' ? emitSemconv : emitPrometheus;
      await forEachItem(names, (name) => emitCpu(host, { name, frequencies: unwrap(measured.get(name)) }, emit));
    },
  }),
});

/** Returns the names of the online CPUs (`cpu0`) whose frequency the kernel scales. */
function listScaledCpus(sys: KernelTree): string[] {
  const offline = new Set(sys.read(`${CPUS}/offline`, parseCpuList));
  return sys
    .list(CPUS)
    .filter((name) => /^cpu\d+$/.test(name) && !offline.has(Number(numberOf(name))))
    .filter((name) => sys.directory(directoryOf(name)).exists());
}

function numberOf(name: string): string {
  return name.slice('cpu'.length);
}

function directoryOf(name: string): string {
  return `${CPUS}/${name}/cpufreq`;
}

/** Frequencies in kHz, in the order of {@link MEASURED_ATTRIBUTES}; `undefined` for an attribute without a value. */
type CpuFrequencies = readonly (number | undefined)[];

interface MeasuredCpu {
  /** Name of the CPU in sysfs: `cpu0`. */
  readonly name: string;
  readonly frequencies: CpuFrequencies;
}

/** Emits the frequency that the hardware reports or, if it reports none, the frequency that the driver requested. */
function emitSemconv(_host: Host, { name, frequencies }: MeasuredCpu, emit: Emit): void {
  const [reported, , requested] = frequencies;
  const kilohertz = reported ?? requested;
  if (kilohertz === undefined) return;
  emit(frequency, kilohertz * HERTZ_PER_KILOHERTZ, { 'cpu.logical_number': Number(numberOf(name)) });
}

function emitPrometheus(host: Host, { name, frequencies }: MeasuredCpu, emit: Emit): void {
  const directory = host.sys.directory(directoryOf(name));
  const limits = LIMIT_ATTRIBUTES.map(([file]) => directory.readNumberIfPresent(file, parseFrequency));
  const governors = directory.readIfPresent('scaling_available_governors', parseText) ?? '';
  const active = directory.readIfPresent('scaling_governor', parseText);

  const cpu = numberOf(name);
  const labels = { cpu };
  const emitHertz = (family: Family<'cpu', 'gauge'>, kilohertz: number | undefined): void => {
    if (kilohertz !== undefined) emit(family, kilohertz * HERTZ_PER_KILOHERTZ, labels);
  };
  for (const [index, [, family]] of MEASURED_ATTRIBUTES.entries()) emitHertz(family, frequencies[index]);
  for (const [index, [, family]] of LIMIT_ATTRIBUTES.entries()) emitHertz(family, limits[index]);
  if (active === undefined) return;
  for (const available of splitWords(governors.trim())) {
    emit(governor, available === active ? 1 : 0, { cpu, governor: available });
  }
}

/** If reading the first CPU takes at least this long, the other CPUs are read asynchronously. */
const SLOW_READ_MS = 4;
const PARALLEL_READS = 8;

/**
 * Reads the measured frequencies of all CPUs.
 *
 * On x86, kernels before 5.19 may sleep for 10 ms or more in each read. If reading the first CPU was slow, the other CPUs
 * are read asynchronously and in parallel, so that the reads do not block the event loop.
 */
async function measureCpus(
  host: Host,
  names: readonly string[],
): Promise<ReadonlyMap<string, PromiseSettledResult<CpuFrequencies>>> {
  const denied: DeniedAttributes = new Set();
  const results = new Map<string, PromiseSettledResult<CpuFrequencies>>();
  const measure = (name: string): void => {
    results.set(
      name,
      settle(() => readFrequencies(host, name, denied)),
    );
  };
  const measureAsync = async (name: string): Promise<void> => {
    const [result] = await Promise.allSettled([readFrequenciesAsync(host, name, denied)]);
    results.set(name, result);
  };
  const [first, ...others] = names;
  const startedAt = performance.now();
  if (first !== undefined) measure(first);
  if (performance.now() - startedAt < SLOW_READ_MS) for (const name of others) measure(name);
  else await forEachItem(others, measureAsync, PARALLEL_READS);
  return results;
}

/** Attributes that this process may not read. They are skipped on all later CPUs, where the permissions are the same. */
type DeniedAttributes = Set<string>;

function readFrequencies(host: Host, name: string, denied: DeniedAttributes): CpuFrequencies {
  const directory = host.sys.directory(directoryOf(name));
  return MEASURED_ATTRIBUTES.map(([file]) => {
    if (denied.has(file)) return undefined;
    try {
      return directory.readNumberIfPresent(file, parseFrequency);
    } catch (error) {
      return ignoreMissingValue(error, file, denied);
    }
  });
}

async function readFrequenciesAsync(host: Host, name: string, denied: DeniedAttributes): Promise<CpuFrequencies> {
  const frequencies: (number | undefined)[] = [];
  for (const [file] of MEASURED_ATTRIBUTES) {
    const path = `${directoryOf(name)}/${file}`;
    try {
      frequencies.push(denied.has(file) ? undefined : await host.slowSys.readIfPresent(path, parseFrequency));
    } catch (error) {
      frequencies.push(ignoreMissingValue(error, file, denied));
    }
  }
  return frequencies;
}

/**
 * Errors of an attribute without a value. EACCES, EPERM: only root may read the attribute. EAGAIN, EINVAL, EBUSY: the CPU
 * is idle or offline, or cannot measure its frequency (drivers/cpufreq/cpufreq.c).
 */
const NO_FREQUENCY_ERRNOS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EAGAIN', 'EINVAL', 'EBUSY']);

/** @throws {unknown} the error, unless it means that the attribute has no value */
function ignoreMissingValue(error: unknown, file: string, denied: DeniedAttributes): undefined {
  if (!isAbsentOr(error, NO_FREQUENCY_ERRNOS)) throw error;
  if (error instanceof ReadError && error.code === 'EACCES') denied.add(file);
  return undefined;
}

function settle<T>(run: () => T): PromiseSettledResult<T> {
  try {
    return { status: 'fulfilled', value: run() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

/** @throws {unknown} the reason of a rejected result */
function unwrap<T>(result: PromiseSettledResult<T> | undefined): T {
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason;
}
