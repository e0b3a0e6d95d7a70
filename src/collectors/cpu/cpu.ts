import { defineCollector, forEachItem } from '../../collection/collector.ts';
import { pattern, toggle } from '../../flags/flag.ts';
import type { Host, KernelDirectory } from '../../host/host.ts';
import { counter, type Emit, gauge } from '../../metrics/metric.ts';
import { parseCpuList } from '../../parse/cpu-list.ts';
import { parseCpuinfo } from '../../parse/cpuinfo.ts';
import { parseCountFile, parseNumberFile, parseSwitchFile } from '../../parse/lines.ts';
import { CPU_MODES, type CpuTicks, parseCpuTicks, USER_HZ } from '../../parse/stat.ts';
import { memoize, WeakMemo } from '../../util/memoize.ts';
import { CpuSemconv } from './semconv.ts';

const info = gauge('node_cpu_info', 'What /proc/cpuinfo says of a CPU; always 1.', [
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
const frequency = gauge('node_cpu_frequency_hertz', 'Frequency of a CPU from /proc/cpuinfo.', [
  'package',
  'core',
  'cpu',
]);
const flagInfo = gauge('node_cpu_flag_info', 'A flag of the first CPU in /proc/cpuinfo; always 1.', ['flag']);
const bugInfo = gauge('node_cpu_bug_info', 'A bug of the first CPU in /proc/cpuinfo; always 1.', ['bug']);
const seconds = counter('node_cpu_seconds_total', 'Seconds that a CPU spent in a mode.', ['cpu', 'mode']);
const guestSeconds = counter(
  'node_cpu_guest_seconds_total',
  'Seconds that a CPU spent in guests (virtual machines); they are part of the modes user and nice.',
  ['cpu', 'mode'],
);
const packageThrottles = counter(
  'node_cpu_package_throttles_total',
  'How often a package was throttled for its heat.',
  ['package'],
);
const coreThrottles = counter('node_cpu_core_throttles_total', 'How often a core was throttled for its heat.', [
  'package',
  'core',
]);
const isolated = gauge('node_cpu_isolated', 'A CPU that the scheduler leaves alone; always 1.', ['cpu']);
const online = gauge('node_cpu_online', 'Whether a CPU that can be taken off-line is on-line.', ['cpu']);

const CPUS = 'devices/system/cpu';

/** The columns of `/proc/stat` under the name of their mode. */
type Columns = readonly (readonly [mode: string, column: number])[];
const GUEST_COLUMNS: Columns = [
  ['user', CPU_MODES.indexOf('guest')],
  ['nice', CPU_MODES.indexOf('guest_nice')],
];
const TIME_COLUMNS: Columns = CPU_MODES.slice(0, CPU_MODES.indexOf('guest')).map((mode, column) => [mode, column]);

export const cpu = defineCollector({
  name: 'cpu',
  help: 'Time in each mode, throttling and more of each CPU from /proc/stat and /sys/devices/system/cpu',
  flags: {
    guest: toggle('Emit node_cpu_guest_seconds_total.', true),
    info: toggle('Emit node_cpu_info and node_cpu_frequency_hertz from /proc/cpuinfo.'),
    'info.flags-include': pattern('Flags in /proc/cpuinfo to emit as node_cpu_flag_info; turns cpu.info on.'),
    'info.bugs-include': pattern('Bugs in /proc/cpuinfo to emit as node_cpu_bug_info; turns cpu.info on.'),
  },
  create: ({ guest, info: wantsInfo, 'info.flags-include': flags, 'info.bugs-include': bugs }) => {
    const keepForward = guardCounters();
    // Thousands of series have the same labels in every pass: they are made once for each CPU that was ever on-line.
    const labelsOf = memoize((cpu) => memoize((mode) => ({ cpu, mode })));
    const conventions = new CpuSemconv();
    const places: Places = new WeakMemo();
    return {
      families: [
        info,
        frequency,
        flagInfo,
        bugInfo,
        seconds,
        guestSeconds,
        packageThrottles,
        coreThrottles,
        isolated,
        online,
        ...conventions.families,
      ],
      async collect(host, emit) {
        const times = keepForward(host.proc.read('stat', parseCpuTicks));
        if (emit.convention === 'semconv') {
          conventions.emit(host, times, emit);
          return;
        }
        for (const [cpu, inModes] of times) {
          const labels = labelsOf(cpu);
          emitTimes(inModes, TIME_COLUMNS, (mode, time) => emit(seconds, time, labels(mode)));
          if (guest) emitTimes(inModes, GUEST_COLUMNS, (mode, time) => emit(guestSeconds, time, labels(mode)));
        }
        if (wantsInfo || flags !== undefined || bugs !== undefined) emitInfo(host, { flags, bugs }, emit);
        for (const number of host.sys.readIfPresent(`${CPUS}/isolated`, parseCpuList) ?? []) {
          emit(isolated, 1, { cpu: String(number) });
        }
        await emitStates(host, { emit, places });
      },
    };
  },
});

type TicksByCpu = ReadonlyMap<string, CpuTicks>;

const IDLE = CPU_MODES.indexOf('idle');

/** An idle time that falls by this much is that of a CPU which was taken off-line and began again. */
const RESTART_TICKS = 3 * USER_HZ;

/**
 * Keeps the largest times seen from pass to pass. The kernel computes idle and iowait anew at each read, and they step back
 * by some ticks; a counter that steps back is a restart to Prometheus, and `rate()` would show the whole uptime at once. See "iowait" in https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
function guardCounters(): (now: TicksByCpu) => TicksByCpu {
  let last: TicksByCpu = new Map();
  return (now) => {
    const kept = new Map<string, CpuTicks>();
    for (const [cpu, ticks] of now) kept.set(cpu, keepLargest(last.get(cpu), ticks));
    last = kept;
    return kept;
  };
}

function keepLargest(last: CpuTicks | undefined, now: CpuTicks): CpuTicks {
  if (last === undefined || (last[IDLE] ?? 0) - (now[IDLE] ?? 0) >= RESTART_TICKS) return now;
  return now.map((ticks, column) => Math.max(ticks, last[column] ?? 0));
}

function emitTimes(inModes: CpuTicks, columns: Columns, emitTime: (mode: string, seconds: number) => void): void {
  for (const [mode, column] of columns) {
    const ticks = inModes[column];
    if (ticks !== undefined) emitTime(mode, ticks / USER_HZ);
  }
}

interface Wanted {
  readonly flags: RegExp | undefined;
  readonly bugs: RegExp | undefined;
}

function emitInfo(host: Host, { flags, bugs }: Wanted, emit: Emit): void {
  const cpus = host.proc.read('cpuinfo', (text) => parseCpuinfo(text, host.machine));
  for (const cpu of cpus) {
    const place = { package: cpu.packageId ?? '', core: cpu.coreId ?? '', cpu: cpu.processor };
    emit(info, 1, {
      ...place,
      vendor: cpu.vendor ?? '',
      family: cpu.family ?? '',
      model: cpu.model ?? '',
      model_name: cpu.modelName ?? '',
      microcode: cpu.microcode ?? '',
      stepping: cpu.stepping ?? '',
      cachesize: cpu.cacheSize ?? '',
    });
    if (cpu.megahertz !== undefined) emit(frequency, cpu.megahertz * 1e6, place);
  }
  for (const flag of cpus[0]?.flags ?? []) {
    if (flags?.test(flag) === true) emit(flagInfo, 1, { flag });
  }
  for (const bug of cpus[0]?.bugs ?? []) {
    if (bugs?.test(bug) === true) emit(bugInfo, 1, { bug });
  }
}

/** Throttling and on-line states: /sys/devices/system/cpu of https://docs.kernel.org/admin-guide/abi-testing.html */
async function emitStates(
  host: Host,
  { emit, places }: { readonly emit: Emit; readonly places: Places },
): Promise<void> {
  const cpus = host.sys.listIfPresent(CPUS).filter((name) => /^cpu\d+$/.test(name));
  // Where the first CPU has no such file, the machine takes none off-line.
  const hasOnline = host.sys.exists(`${CPUS}/${cpus[0]}/online`);
  const seen = new Set<string>();
  await forEachItem(cpus, (name) => {
    const folder = `${CPUS}/${name}`;
    const throttles = readThrottles(host, folder, { seen, places });
    const state = hasOnline ? host.sys.directory(folder).readIfPresent('online', parseSwitchFile) : undefined;
    if (throttles?.ofCore !== undefined) emit(coreThrottles, throttles.ofCore, throttles.place);
    if (throttles?.ofPackage !== undefined) {
      emit(packageThrottles, throttles.ofPackage, { package: throttles.place.package });
    }
    if (state !== undefined) emit(online, state, { cpu: name.slice('cpu'.length) });
  });
}

interface Place {
  readonly package: string;
  readonly core: string;
}

/** By the folder `thermal_throttle` of a CPU, which is another one when the CPU comes back: until then it does not move. */
type Places = WeakMemo<Place>;

interface Throttles {
  readonly place: Place;
  readonly ofCore: number | undefined;
  readonly ofPackage: number | undefined;
}

interface Known {
  /** The cores and packages that a CPU before has told of: all their CPUs tell the same. */
  readonly seen: Set<string>;
  readonly places: Places;
}

function readThrottles({ sys }: Host, path: string, { seen, places }: Known): Throttles | undefined {
  const counts = sys.directory(`${path}/thermal_throttle`);
  // Off-line CPUs and virtual machines have none.
  if (!counts.exists()) return undefined;
  const place = places.get(counts.identity, () => readPlace(sys.directory(`${path}/topology`)));
  if (place === undefined) return undefined;
  const readOnce = (key: string, file: string): number | undefined => {
    if (seen.has(key)) return undefined;
    const count = counts.readNumberIfPresent(file, parseCountFile);
    if (count !== undefined) seen.add(key);
    return count;
  };
  return {
    place,
    ofCore: readOnce(`${place.package} ${place.core}`, 'core_throttle_count'),
    ofPackage: readOnce(place.package, 'package_throttle_count'),
  };
}

/** @returns `undefined` for a CPU whose place the kernel does not know: it says -1, or nothing */
function readPlace(topology: KernelDirectory): Place | undefined {
  const packageId = topology.readNumberIfPresent('physical_package_id', parseNumberFile);
  const coreId = topology.readNumberIfPresent('core_id', parseNumberFile);
  if (packageId === undefined || coreId === undefined || packageId < 0 || coreId < 0) return undefined;
  return { package: String(packageId), core: String(coreId) };
}
