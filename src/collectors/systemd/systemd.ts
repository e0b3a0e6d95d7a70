import { defineCollector } from '../../collection/collector.ts';
import { deprecated, type FlagValues, pattern, toggle } from '../../flags/flag.ts';
import { compileGoRegexp, getGoSource } from '../../flags/go-regexp.ts';
import { type BusSocket, SYSTEM_BUS, withBus } from '../../host/dbus/system-bus.ts';
import type { Emit } from '../../metrics/metric.ts';
import { FAMILIES, running, units as unitCount, unitState, version, virtualization } from './families.ts';
import {
  listUnits,
  parseVersion,
  readManager,
  readSystemState,
  type SystemdManager,
  type SystemdUnit,
} from './manager.ts';
import { type UnitDetails, UnitReader } from './unit-details.ts';

const PRIVATE: BusSocket = { path: 'run/systemd/private', isDirect: true };

const STATES = ['active', 'activating', 'deactivating', 'inactive', 'failed'];

/** The first version of systemd with the properties SystemState and LastTriggerUSec. */
const VERSION_WITH_STATE = 212;

/** UINT64_MAX as a double: systemd's value for a number that is not available or has no limit. */
const NO_NUMBER = 2 ** 64;

const flags = {
  'unit-include': pattern('Units to include, matched against the whole name.', '.+'),
  'unit-whitelist': deprecated(pattern('Deprecated name of --collector.systemd.unit-include.')),
  'unit-exclude': pattern(
    'Units to exclude although unit-include matches them, matched against the whole name.',
    '.+\\.(automount|device|mount|scope|slice)',
  ),
  'unit-blacklist': deprecated(pattern('Deprecated name of --collector.systemd.unit-exclude.')),
  'enable-task-metrics': toggle('Emit the number of tasks of each service and its limit.'),
  'enable-restarts-metrics': toggle('Emit the number of restarts of each service.'),
  'enable-start-time-metrics': toggle('Emit the start time of each unit.'),
  private: toggle('Connect to the private socket of systemd, which requires root, instead of the system bus.'),
};

/** https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html */
export const systemd = defineCollector({
  name: 'systemd',
  help: 'Units of systemd and their states, over D-Bus',
  enabled: false,
  flags,
  create(options) {
    const include = newOrOldPattern(options, 'unit-include', 'unit-whitelist');
    const exclude = newOrOldPattern(options, 'unit-exclude', 'unit-blacklist');
    const isIncluded = ({ name, loadState }: SystemdUnit): boolean =>
      loadState === 'loaded' && include.test(name) && !exclude.test(name);
    // On a host without a system bus, root connects to the private socket of systemd, as systemctl does.
    const fallback = process.getuid?.() === 0 ? [PRIVATE] : [];
    const sockets = options.private ? [PRIVATE] : [...SYSTEM_BUS, ...fallback];
    return {
      families: FAMILIES,
      collect: (host, emit) =>
        withBus(host, sockets, async (bus) => {
          const manager = await readManager(host, bus);
          emitManager(emit, manager);
          const units = await listUnits(host, bus);
          emitCounts(emit, units);
          const hasState = (parseVersion(manager.version) ?? 0) >= VERSION_WITH_STATE;
          const reader = new UnitReader(host, bus, {
            tasks: options['enable-task-metrics'],
            restarts: options['enable-restarts-metrics'],
            startTime: options['enable-start-time-metrics'],
            lastTrigger: hasState,
          });
          const details = await Promise.allSettled(units.filter(isIncluded).map((unit) => reader.read(unit)));
          for (const unit of details) if (unit.status === 'fulfilled') emitUnit(emit, unit.value);
          // All other units have failed for the same reason: the connection has ended.
          const failure = details.find(({ status }) => status === 'rejected');
          if (failure?.status === 'rejected') throw failure.reason;
          if (hasState) emit(running, (await readSystemState(bus)) === 'running' ? 1 : 0);
        }),
    };
  },
});

/**
 * Returns the value of a flag or of its deprecated name, as a regular expression that matches whole names.
 *
 * @throws {Error} when both are set
 */
function newOrOldPattern(
  values: FlagValues<typeof flags>,
  name: 'unit-include' | 'unit-exclude',
  oldName: 'unit-whitelist' | 'unit-blacklist',
): RegExp {
  const { [name]: value, [oldName]: old } = values;
  if (old !== undefined && value !== flags[name].default) {
    throw new Error(`Cannot use --collector.systemd.${name} and --collector.systemd.${oldName} together`);
  }
  const chosen = old ?? value;
  // An empty value matches no unit.
  return chosen === undefined ? /^$/ : compileGoRegexp(`^(?:${getGoSource(chosen)})$`);
}

function emitManager(emit: Emit, manager: SystemdManager): void {
  const number = parseVersion(manager.version);
  if (number !== undefined) emit(version, number, { version: manager.version });
  const { virtualization: type } = manager;
  if (type !== undefined) emit(virtualization, 1, { virtualization_type: type });
}

function emitCounts(emit: Emit, units: readonly SystemdUnit[]): void {
  const counts = new Map(STATES.map((state) => [state, 0]));
  for (const { activeState } of units) counts.set(activeState, (counts.get(activeState) ?? 0) + 1);
  for (const [state, count] of counts) emit(unitCount, count, { state });
}

function emitUnit(emit: Emit, { unit: { name, activeState }, type, values }: UnitDetails): void {
  if (type !== undefined) {
    for (const state of STATES) emit(unitState, state === activeState ? 1 : 0, { name, state, type });
  }
  for (const [family, value] of values) {
    if (value !== undefined && value !== NO_NUMBER) emit(family, value, { name });
  }
}
