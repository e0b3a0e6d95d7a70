import { defineCollector, forEachItem } from '../collection/collector.ts';
import { type Host, isAbsentOr, ReadError } from '../host/host.ts';
import { type Emit, type Family, gauge, semconv } from '../metrics/metric.ts';
import { parseCpuList } from '../parse/cpu-list.ts';
import { parseFrequency } from '../parse/cpufreq.ts';
import { parseText, wordsOf } from '../parse/lines.ts';

const LABELS = ['cpu'] as const;
const current = gauge('node_cpu_frequency_hertz', 'Frequency of a CPU as its hardware says.', LABELS);
const average = gauge('node_cpu_frequency_avg_hertz', 'Average frequency of a CPU.', LABELS);
const minimum = gauge('node_cpu_frequency_min_hertz', 'Lowest frequency of a CPU.', LABELS);
const maximum = gauge('node_cpu_frequency_max_hertz', 'Highest frequency of a CPU.', LABELS);
const scalingCurrent = gauge(
  'node_cpu_scaling_frequency_hertz',
  'Frequency of a CPU as its governor asked for.',
  LABELS,
);
const scalingMinimum = gauge('node_cpu_scaling_frequency_min_hertz', 'Lowest frequency its governor may use.', LABELS);
const scalingMaximum = gauge('node_cpu_scaling_frequency_max_hertz', 'Highest frequency its governor may use.', LABELS);
const governor = gauge('node_cpu_scaling_governor', 'Whether a governor is the one that a CPU has.', [
  'cpu',
  'governor',
]);

const frequency = semconv.gauge('system.cpu.frequency', 'Hz', 'Frequency of a CPU.', ['cpu.logical_number']);

/** What the kernel asks the CPU for; not every driver can. */
const MEASURED = [
  ['cpuinfo_cur_freq', current],
  ['cpuinfo_avg_freq', average],
  ['scaling_cur_freq', scalingCurrent],
] as const;
const SETTINGS = [
  ['cpuinfo_min_freq', minimum],
  ['cpuinfo_max_freq', maximum],
  ['scaling_min_freq', scalingMinimum],
  ['scaling_max_freq', scalingMaximum],
] as const;

const CPUS = 'devices/system/cpu';
const HERTZ_PER_KILOHERTZ = 1000;

/** https://docs.kernel.org/admin-guide/pm/cpufreq.html */
export const cpufreq = defineCollector({
  name: 'cpufreq',
  help: 'Frequencies and governors of CPUs from /sys/devices/system/cpu/cpuN/cpufreq',
  create: () => ({
    families: [current, average, minimum, maximum, scalingCurrent, scalingMinimum, scalingMaximum, governor, frequency],
    async collect(host, emit) {
      const offline = new Set(host.sys.read(`${CPUS}/offline`, parseCpuList));
      const cpus = host.sys
        .list(CPUS)
        .filter((name) => /^cpu\d+$/.test(name) && !offline.has(Number(name.slice('cpu'.length))))
        .filter((name) => host.sys.folder(folderOf(name)).isThere);
      const measured = await measureCpus(host, cpus);
      const emitOne = emit.convention === 'semconv' ? emitFrequency : emitCpu;
      await forEachItem(cpus, (name) => emitOne(host, { name, measured: resultOf(measured.get(name)) }, emit));
    },
  }),
});

function folderOf(name: string): string {
  return `${CPUS}/${name}/cpufreq`;
}

/** In kHz, in the order of {@link MEASURED}; `undefined` where the CPU does not tell. */
type Frequencies = readonly (number | undefined)[];

interface Measured {
  /** `cpu0` */
  readonly name: string;
  readonly measured: Frequencies;
}

/** What the hardware says, where it is asked; else the governor, whom everybody may ask. */
function emitFrequency(_host: Host, { name, measured: [asked, , scaled] }: Measured, emit: Emit): void {
  const kilohertz = asked ?? scaled;
  if (kilohertz === undefined) return;
  emit(frequency, kilohertz * HERTZ_PER_KILOHERTZ, { 'cpu.logical_number': Number(name.slice('cpu'.length)) });
}

function emitCpu(host: Host, { name, measured }: Measured, emit: Emit): void {
  const folder = host.sys.folder(folderOf(name));
  const settings = SETTINGS.map(([file]) => folder.findNumber(file, parseFrequency));
  const governors = folder.findAttribute('scaling_available_governors', parseText) ?? '';
  const chosen = folder.findAttribute('scaling_governor', parseText);

  const cpu = name.slice('cpu'.length);
  const labels = { cpu };
  const emitHertz = (family: Family<'cpu', 'gauge'>, kilohertz: number | undefined): void => {
    if (kilohertz !== undefined) emit(family, kilohertz * HERTZ_PER_KILOHERTZ, labels);
  };
  MEASURED.forEach(([, family], index) => {
    emitHertz(family, measured[index]);
  });
  SETTINGS.forEach(([, family], index) => {
    emitHertz(family, settings[index]);
  });
  if (chosen === undefined) return;
  for (const name of wordsOf(governors.trim())) emit(governor, name === chosen ? 1 : 0, { cpu, governor: name });
}

/** No permission: 0400 to all but root. The others: an idle, unable or off-line CPU (drivers/cpufreq/cpufreq.c). */
const UNTOLD: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EAGAIN', 'EINVAL', 'EBUSY']);

const SLOW_MS = 4;
/** How many are asked side by side. */
const LANES = 8;

/**
 * Kernels before 5.19 sleep for 10 ms and more in each read of a frequency on x86: when the first CPU was slow, the
 * others are asked side by side, for the program must not wait for hundreds of them. Others answer at once.
 */
async function measureCpus(
  host: Host,
  cpus: readonly string[],
): Promise<ReadonlyMap<string, PromiseSettledResult<Frequencies>>> {
  /** Attributes without permission: they have the same mode for every CPU, and a failed open is slow. */
  const denied = new Set<string>();
  const results = new Map<string, PromiseSettledResult<Frequencies>>();
  const measureNow = (name: string): void => {
    results.set(
      name,
      settle(() => measureQuickly(host, name, denied)),
    );
  };
  const measureLater = async (name: string): Promise<void> => {
    const [result] = await Promise.allSettled([measureSlowly(host, name, denied)]);
    results.set(name, result);
  };
  const startedAt = performance.now();
  const [first, ...others] = cpus;
  if (first !== undefined) measureNow(first);
  if (performance.now() - startedAt < SLOW_MS) for (const name of others) measureNow(name);
  else await forEachItem(others, measureLater, LANES);
  return results;
}

function measureQuickly(host: Host, name: string, denied: Set<string>): Frequencies {
  const folder = host.sys.folder(folderOf(name));
  return MEASURED.map(([file]) => {
    if (denied.has(file)) return undefined;
    try {
      return folder.findNumber(file, parseFrequency);
    } catch (error) {
      return untold(error, file, denied);
    }
  });
}

async function measureSlowly(host: Host, name: string, denied: Set<string>): Promise<Frequencies> {
  const frequencies: (number | undefined)[] = [];
  for (const [file] of MEASURED) {
    const path = `${folderOf(name)}/${file}`;
    try {
      frequencies.push(denied.has(file) ? undefined : await host.slowSys.find(path, parseFrequency));
    } catch (error) {
      frequencies.push(untold(error, file, denied));
    }
  }
  return frequencies;
}

/** @throws {unknown} what is no way of saying nothing */
function untold(error: unknown, file: string, denied: Set<string>): undefined {
  if (!isAbsentOr(error, UNTOLD)) throw error;
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

function resultOf<T>(result: PromiseSettledResult<T> | undefined): T {
  if (result?.status === 'fulfilled') return result.value;
  throw result?.reason;
}
