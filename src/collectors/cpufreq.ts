import { defineCollector } from '../collection/collector.ts';
import { AbsentError, type Host, type KernelTree, NO_VALUE_ERRNOS, type ReadOptions } from '../host/host.ts';
import { type Emit, type Family, gauge, semconv } from '../metrics/metric.ts';
import { parseCpuList } from '../parse/cpu-list.ts';
import { parseFrequency } from '../parse/cpufreq.ts';
import { parseText, parseWord, splitWords } from '../parse/lines.ts';
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

const frequency = semconv.intGauge('system.cpu.frequency', 'Hz', 'Current frequency of the logical CPU, in hertz.', [
  'cpu.logical_number',
]);

/** Files with a measured frequency and their families. Not every driver has all of these files. */
const MEASURED_ATTRIBUTES = [
  ['cpuinfo_cur_freq', current],
  ['cpuinfo_avg_freq', average],
  ['scaling_cur_freq', scalingCurrent],
] as const;
type MeasuredFile = (typeof MEASURED_ATTRIBUTES)[number][0];

/** Attributes that the kernel holds in memory. */
const LIMIT_ATTRIBUTES = [
  ['cpuinfo_min_freq', minimum],
  ['cpuinfo_max_freq', maximum],
  ['scaling_min_freq', scalingMinimum],
  ['scaling_max_freq', scalingMaximum],
] as const;

const CPUS = 'devices/system/cpu';

/**
 * With these options, EBUSY means that the file has no value. The kernel returns EBUSY if the CPU has gone offline
 * since the list of CPUs was read (show() in drivers/cpufreq/cpufreq.c).
 */
const NO_FREQUENCY: ReadOptions = { ignoreErrno: new Set([...NO_VALUE_ERRNOS, 'EBUSY']) };

/** https://docs.kernel.org/admin-guide/pm/cpufreq.html */
export const cpufreq = defineCollector({
  name: 'cpufreq',
  help: 'Frequency and scaling governor of each CPU from /sys/devices/system/cpu/cpuN/cpufreq',
  create: () => ({
    families: [current, average, minimum, maximum, scalingCurrent, scalingMinimum, scalingMaximum, governor, frequency],
    async collect(host, emit) {
      const names = listScaledCpus(host.sys);
      const emitCpu = emit.convention === 'semconv' ? emitSemconv : emitPrometheus;
      for (const [name, frequencies] of await measureCpus(host, names)) emitCpu(host, { name, frequencies }, emit);
    },
  }),
});

/** Returns the names of the online CPUs (`cpu0`) whose frequency the kernel scales. */
function listScaledCpus(sys: KernelTree): string[] {
  const list = `${CPUS}/offline`;
  const numbers = sys.readIfPresent(list, parseCpuList);
  if (numbers === undefined && !sys.exists(list)) throw new AbsentError(`Cannot find ${sys.path(list)}`);
  // If the list of offline CPUs cannot be read, treat every CPU as online. The attributes of an offline CPU then have
  // no value.
  const offline = new Set(numbers);
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
  const cpu = numberOf(name);
  const labels = { cpu };
  const emitHertz = (family: Family<'cpu', 'gauge'>, kilohertz: number | undefined): void => {
    if (kilohertz !== undefined) emit(family, kilohertz * HERTZ_PER_KILOHERTZ, labels);
  };
  for (const [index, [, family]] of MEASURED_ATTRIBUTES.entries()) emitHertz(family, frequencies[index]);
  for (const [file, family] of LIMIT_ATTRIBUTES) {
    emitHertz(family, directory.readNumberIfPresent(file, parseFrequency, NO_FREQUENCY));
  }
  const governors = directory.readIfPresent('scaling_available_governors', parseText, NO_FREQUENCY);
  const active = directory.readIfPresent('scaling_governor', parseWord, NO_FREQUENCY);
  if (governors === undefined || active === undefined) return;
  for (const available of splitWords(governors.trim())) {
    emit(governor, available === active ? 1 : 0, { cpu, governor: available });
  }
}

/**
 * Drivers that have the current frequency in memory or read it from a register of the CPU. Other drivers (scmi, scpi,
 * cppc_cpufreq, cpufreq-dt) query firmware or a clock, and the query may wait.
 */
const FAST_DRIVERS: ReadonlySet<string> = new Set([
  'acpi-cpufreq',
  'amd-pstate',
  'amd-pstate-epp',
  'intel_cpufreq',
  'intel_pstate',
]);

/**
 * Returns whether each read of a frequency may sleep for 10 ms or more, as on x86 before Linux 5.19 (aperfmperf.c).
 * Returns `true` for x86 if a sandbox hides the release of the kernel.
 */
function sleepsInReads({ proc, machine }: Host): boolean {
  if (!/^(x86_64|i\d86)$/.test(machine)) return false;
  const release = proc.readIfPresent('sys/kernel/osrelease', parseText);
  if (release === undefined) return true;
  const [major = 0, minor = 0] = release.split('.', 2).map((part) => Number.parseInt(part, 10));
  return major < 5 || (major === 5 && minor < 19);
}

/**
 * Reads the measured frequencies of all CPUs. Reads that may wait are asynchronous: each CPU is one call of
 * `readEachIfPresent()`. All other reads are synchronous, because a host may have hundreds of CPUs.
 */
async function measureCpus(host: Host, names: readonly string[]): Promise<ReadonlyMap<string, CpuFrequencies>> {
  const [first] = names;
  if (first === undefined) return new Map();
  const { sys, slowSys } = host;
  const driver = sys.readIfPresent(`${directoryOf(first)}/scaling_driver`, parseText) ?? '';
  const isSlowKernel = sleepsInReads(host);
  // The permissions of a file are the same for all CPUs. They are checked once, because each failed open takes time.
  const files = MEASURED_ATTRIBUTES.map(([file]) => file);
  const readable = files.filter((file) => !sys.isDenied(`${directoryOf(first)}/${file}`));
  const isSlow = (file: MeasuredFile): boolean =>
    isSlowKernel || (file === 'cpuinfo_cur_freq' && !FAST_DRIVERS.has(driver));
  const slow = readable.filter(isSlow);
  const readSlow = (name: string): Promise<CpuFrequencies> =>
    slowSys.readEachIfPresent(slow.map((file) => ({ path: `${directoryOf(name)}/${file}`, parse: parseFrequency })));
  const slowValues = slow.length === 0 ? [] : await Promise.all(names.map(readSlow));
  return new Map(
    names.map((name, index) => {
      const directory = sys.directory(directoryOf(name));
      const read = (file: MeasuredFile): number | undefined => {
        if (isSlow(file)) return slowValues[index]?.[slow.indexOf(file)];
        return directory.readNumberIfPresent(file, parseFrequency, NO_FREQUENCY);
      };
      return [name, files.map((file) => (readable.includes(file) ? read(file) : undefined))];
    }),
  );
}
