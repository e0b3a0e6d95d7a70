import type { Host } from '../../host/host.ts';
import { type Emit, gauge } from '../../metrics/metric.ts';
import { type Cpuinfo, parseCpuinfo } from '../../parse/cpuinfo.ts';
import { HERTZ_PER_MEGAHERTZ } from '../../util/units.ts';

const info = gauge('node_cpu_info', 'Model and topology of the CPU from /proc/cpuinfo; always 1.', [
  'package',
  'core',
  'cpu',
  'vendor',
  'family',
  'model',
  'model_name',
  'microcode',
  'stepping',
  'cachesize',
]);
const frequency = gauge('node_cpu_frequency_hertz', 'Current frequency of the CPU, in hertz.', [
  'package',
  'core',
  'cpu',
]);
const flagInfo = gauge('node_cpu_flag_info', 'Flag that /proc/cpuinfo lists for the first CPU; always 1.', ['flag']);
const bugInfo = gauge('node_cpu_bug_info', 'Hardware bug that /proc/cpuinfo lists for the first CPU; always 1.', [
  'bug',
]);

/** All families, in the order of the exposition. */
export const cpuinfoFamilies = [info, frequency, flagInfo, bugInfo];

export interface CpuinfoOptions {
  /** Pattern of the CPU flags to emit. If it is `undefined`, no flag is emitted. */
  readonly flags: RegExp | undefined;
  /** Pattern of the CPU bugs to emit. If it is `undefined`, no bug is emitted. */
  readonly bugs: RegExp | undefined;
}

export function emitCpuinfo(host: Host, { flags, bugs }: CpuinfoOptions, emit: Emit): void {
  const cpus = host.proc.read('cpuinfo', (text, report) => parseCpuinfo(text, host.machine, report));
  for (const cpu of cpus) emitCpu(emit, cpu);
  for (const flag of cpus[0]?.flags ?? []) {
    if (flags?.test(flag) === true) emit(flagInfo, 1, { flag });
  }
  for (const bug of cpus[0]?.bugs ?? []) {
    if (bugs?.test(bug) === true) emit(bugInfo, 1, { bug });
  }
}

function emitCpu(emit: Emit, cpu: Cpuinfo): void {
  const position = { package: cpu.packageId ?? '', core: cpu.coreId ?? '', cpu: cpu.processor };
  emit(info, 1, {
    ...position,
    vendor: cpu.vendor ?? '',
    family: cpu.family ?? '',
    model: cpu.model ?? '',
    model_name: cpu.modelName ?? '',
    microcode: cpu.microcode ?? '',
    stepping: cpu.stepping ?? '',
    cachesize: cpu.cacheSize ?? '',
  });
  if (cpu.megahertz !== undefined) emit(frequency, cpu.megahertz * HERTZ_PER_MEGAHERTZ, position);
}
