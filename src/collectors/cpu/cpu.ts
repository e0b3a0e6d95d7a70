import { attemptAll, defineCollector } from '../../collection/collector.ts';
import { pattern, toggle } from '../../flags/flag.ts';
import { counter } from '../../metrics/metric.ts';
import { CPU_MODES, type CpuTicks, parseCpuTicks, parseTotalCpuTicks, USER_HZ } from '../../parse/stat.ts';
import { cpuinfoFamilies, emitCpuinfo } from './cpuinfo.ts';
import { keepTicksMonotonic, type TicksByCpu } from './monotonic-ticks.ts';
import { CpuSemconv } from './semconv.ts';
import { createSysfsEmitter, sysfsFamilies } from './sysfs.ts';

const seconds = counter('node_cpu_seconds_total', 'Time that the CPU spent in each mode, in seconds.', ['cpu', 'mode']);
const guestSeconds = counter(
  'node_cpu_guest_seconds_total',
  'Time that the CPU spent running virtual machines, in seconds; ' +
    'node_cpu_seconds_total with the same label mode includes this time.',
  ['cpu', 'mode'],
);

/** Values of the label `mode`, each with the index of its column in {@link CPU_MODES}. */
type ModeColumns = readonly (readonly [mode: string, column: number])[];

const FIRST_GUEST_COLUMN = CPU_MODES.indexOf('guest');
const TIME_COLUMNS: ModeColumns = CPU_MODES.slice(0, FIRST_GUEST_COLUMN).map((mode, column) => [mode, column]);
const GUEST_COLUMNS: ModeColumns = [
  ['user', FIRST_GUEST_COLUMN],
  ['nice', CPU_MODES.indexOf('guest_nice')],
];

export const cpu = defineCollector({
  name: 'cpu',
  help: 'Time in each mode, throttling and state of each CPU from /proc/stat and /sys/devices/system/cpu',
  flags: {
    guest: toggle('Emit node_cpu_guest_seconds_total.', true),
    info: toggle('Emit node_cpu_info and node_cpu_frequency_hertz from /proc/cpuinfo.'),
    'semconv-per-cpu': toggle(
      'Emit system.cpu.time and system.cpu.utilization for each CPU, with the attribute cpu.logical_number; otherwise once for all CPUs.',
      true,
    ),
    'info.flags-include': pattern('Flags in /proc/cpuinfo to emit as node_cpu_flag_info; implies cpu.info.'),
    'info.bugs-include': pattern('Bugs in /proc/cpuinfo to emit as node_cpu_bug_info; implies cpu.info.'),
  },
  create: ({ guest, info, 'semconv-per-cpu': isPerCpu, 'info.flags-include': flags, 'info.bugs-include': bugs }) => {
    const keepMonotonic = keepTicksMonotonic();
    const keepTotalMonotonic = keepTicksMonotonic();
    const emitSysfs = createSysfsEmitter();
    const semconv = new CpuSemconv();
    const isCpuinfoOn = info || flags !== undefined || bugs !== undefined;
    return {
      families: [...cpuinfoFamilies, seconds, guestSeconds, ...sysfsFamilies, ...semconv.families],
      collect(host, emit) {
        const readTicks = (): TicksByCpu => keepMonotonic(host.proc.read('stat', parseCpuTicks));
        if (emit.convention === 'semconv') {
          const { ticksByCpu, total } = host.proc.read('stat', (text, report) => ({
            ticksByCpu: parseCpuTicks(text, report),
            total: isPerCpu ? undefined : parseTotalCpuTicks(text, report),
          }));
          const ticks = total === undefined ? keepMonotonic(ticksByCpu) : keepTotalMonotonic(total);
          semconv.emit(host, { cpus: [...ticksByCpu.keys()], ticks }, emit);
          return;
        }
        attemptAll(host, [
          () => {
            for (const [cpu, ticks] of readTicks()) {
              emitTimes(ticks, TIME_COLUMNS, (mode, time) => emit(seconds, time, { cpu, mode }));
              if (guest) emitTimes(ticks, GUEST_COLUMNS, (mode, time) => emit(guestSeconds, time, { cpu, mode }));
            }
          },
          ...(isCpuinfoOn ? [() => emitCpuinfo(host, { flags, bugs }, emit)] : []),
          () => emitSysfs(host, emit),
        ]);
      },
    };
  },
});

function emitTimes(ticks: CpuTicks, columns: ModeColumns, emitTime: (mode: string, seconds: number) => void): void {
  for (const [mode, column] of columns) {
    const time = ticks[column];
    if (time !== undefined) emitTime(mode, time / USER_HZ);
  }
}
