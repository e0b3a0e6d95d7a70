import { defineCollector, visitEach } from '../collector.ts';
import { type Host, isRefused, ReadError } from '../host.ts';
import { type Emit, gauge } from '../metric.ts';
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
    families: [current, average, minimum, maximum, scalingCurrent, scalingMinimum, scalingMaximum, governor],
    async collect(host, emit) {
      const offline = new Set(host.sys.read(`${CPUS}/offline`, parseCpuList));
      const cpus = host.sys
        .list(CPUS)
        .filter((name) => /^cpu\d+$/.test(name) && !offline.has(Number(name.slice('cpu'.length))))
        .filter((name) => host.sys.exists(`${CPUS}/${name}/cpufreq`));
      const quickly = measurer(host, (path) => host.sys.attribute(path, parseFrequency));
      const slowly = measurer(host, (path) => host.slowSys.read(path, parseFrequency));
      await visitCpus(cpus, (name, isSlow) => emitCpu(host, { name, measure: isSlow ? slowly : quickly }, emit));
    },
  }),
});

/** @returns kHz, or `undefined` where the CPU does not tell */
type Measure = (path: string) => Promise<number | undefined> | number | undefined;

async function emitCpu(host: Host, { name, measure }: { name: string; measure: Measure }, emit: Emit): Promise<void> {
  const path = `${CPUS}/${name}/cpufreq`;
  const measured: (number | undefined)[] = [];
  for (const [file] of MEASURED) measured.push(await measure(`${path}/${file}`));
  const settings = SETTINGS.map(([file]) => host.sys.findAttribute(`${path}/${file}`, parseFrequency));
  const governors = host.sys.findAttribute(`${path}/scaling_available_governors`, parseText) ?? '';
  const chosen = host.sys.findAttribute(`${path}/scaling_governor`, parseText);

  const cpu = name.slice('cpu'.length);
  const kilohertz = [...measured, ...settings];
  for (const [index, [, family]] of [...MEASURED, ...SETTINGS].entries()) {
    const value = kilohertz[index];
    if (value !== undefined) emit(family, value * HERTZ_PER_KILOHERTZ, { cpu });
  }
  if (chosen === undefined) return;
  for (const name of wordsOf(governors)) emit(governor, name === chosen ? 1 : 0, { cpu, governor: name });
}

/** No permission: 0400 to all but root. The others: an idle, unable or off-line CPU (drivers/cpufreq/cpufreq.c). */
const UNTOLD: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EAGAIN', 'EINVAL', 'EBUSY']);

function measurer(host: Host, read: Measure): Measure {
  /** Attributes without permission: they have the same mode for every CPU, and a failed open is slow. */
  const denied = new Set<string>();
  return async (path) => {
    const file = path.slice(path.lastIndexOf('/'));
    if (denied.has(file) || !host.sys.exists(path)) return undefined;
    try {
      return await read(path);
    } catch (error) {
      if (!isRefused(error, UNTOLD)) throw error;
      if (error instanceof ReadError && error.code === 'EACCES') denied.add(file);
      return undefined;
    }
  };
}

const SLOW_MS = 4;
/** Half of the calls that may hang at once. */
const LANES = 8;

/**
 * Kernels before 5.19 sleep for 10 ms and more in each read of a frequency on x86: when the first CPU was slow, the
 * others are asked side by side, for the program must not wait for hundreds of them. Others answer at once.
 */
async function visitCpus(
  cpus: readonly string[],
  visit: (name: string, isSlow: boolean) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  const visits = await Promise.allSettled([visitEach(cpus.slice(0, 1), (name) => visit(name, false))]);
  const isSlow = performance.now() - start > SLOW_MS;
  const lanes = Array.from({ length: isSlow ? LANES : 1 }, (_, lane) =>
    cpus.slice(1).filter((_, index) => !isSlow || index % LANES === lane),
  );
  visits.push(...(await Promise.allSettled(lanes.map((lane) => visitEach(lane, (name) => visit(name, isSlow))))));
  const errors: unknown[] = visits.flatMap((lane) => (lane.status === 'rejected' ? lane.reason.errors : []));
  if (errors.length > 0) throw new AggregateError(errors);
}
