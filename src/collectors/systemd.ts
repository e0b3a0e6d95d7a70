import { defineCollector } from '../collection/collector.ts';
import { type FlagValues, pattern, toggle } from '../flags/flag.ts';
import type { Bus } from '../host/dbus/bus.ts';
import { type BusSocket, readProperty, readPropertyIfPresent, SYSTEM_BUS, withBus } from '../host/dbus/system-bus.ts';
import { type DbusValue, expectList, expectNumber, expectString } from '../host/dbus/value.ts';
import { counter, type Emit, type Family, gauge } from '../metrics/metric.ts';

const unitState = gauge('node_systemd_unit_state', 'State of the unit: 1 for the one it is in, 0 for all others.', [
  'name',
  'state',
  'type',
]);
const startTime = gauge('node_systemd_unit_start_time_seconds', 'When an active unit was started; else 0.', ['name']);
const tasksCurrent = gauge('node_systemd_unit_tasks_current', 'Tasks that the unit has.', ['name']);
const tasksMax = gauge('node_systemd_unit_tasks_max', 'The most tasks that the unit may have.', ['name']);
const running = gauge('node_systemd_system_running', 'Whether all of the system is up: 1 if it is, 0 if not.');
const units = gauge('node_systemd_units', 'Units in each state.', ['state']);
const restarts = counter('node_systemd_service_restart_total', 'Times that systemd restarted the service.', ['name']);
const lastTrigger = gauge('node_systemd_timer_last_trigger_seconds', 'When the timer elapsed last.', ['name']);
const accepted = counter('node_systemd_socket_accepted_connections_total', 'Connections accepted.', ['name']);
const connected = gauge('node_systemd_socket_current_connections', 'Connections that are open.', ['name']);
const refused = counter('node_systemd_socket_refused_connections_total', 'Connections refused.', ['name']);
const version = gauge('node_systemd_version', 'Version of systemd.', ['version']);
const virtualization = gauge('node_systemd_virtualization_info', 'What systemd runs in; always 1.', [
  'virtualization_type',
]);

const DESTINATION = 'org.freedesktop.systemd1';
const MANAGER = {
  destination: DESTINATION,
  path: '/org/freedesktop/systemd1',
  interface: `${DESTINATION}.Manager`,
};

const PRIVATE: BusSocket = { path: 'run/systemd/private', isDirect: true };

const STATES = ['active', 'activating', 'deactivating', 'inactive', 'failed'];

/** The first version that knows the state of the system, and when a timer elapsed last. */
const VERSION_WITH_STATE = 212;

/** What systemd says for a number that it does not have: all bits of 64, rounded. */
const NO_NUMBER = 2 ** 64;

const flags = {
  'unit-include': pattern('Units to include, as a whole name.', '.+'),
  'unit-whitelist': pattern('Old name of unit-include.'),
  'unit-exclude': pattern(
    'Units to exclude from the included ones, as a whole name.',
    '.+\\.(automount|device|mount|scope|slice)',
  ),
  'unit-blacklist': pattern('Old name of unit-exclude.'),
  'enable-task-metrics': toggle('Emit how many tasks each service has and may have.'),
  'enable-restarts-metrics': toggle('Emit how often each service was restarted.'),
  'enable-start-time-metrics': toggle('Emit when each unit was started.'),
  private: toggle('Ask systemd over its private socket, which takes root, instead of the system bus.'),
};

/** https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html */
export const systemd = defineCollector({
  name: 'systemd',
  help: 'Units and their states from systemd',
  enabled: false,
  flags,
  create(options) {
    const include = newOrOld(options, 'unit-include', 'unit-whitelist');
    const exclude = newOrOld(options, 'unit-exclude', 'unit-blacklist');
    const isWanted = ({ name, loadState }: Unit): boolean =>
      loadState === 'loaded' && include.test(name) && !exclude.test(name);
    // As systemctl does, root asks systemd itself when there is no bus.
    const fallback = process.getuid?.() === 0 ? [PRIVATE] : [];
    const sockets = options.private ? [PRIVATE] : [...SYSTEM_BUS, ...fallback];
    return {
      families: [
        unitState,
        startTime,
        tasksCurrent,
        tasksMax,
        running,
        units,
        restarts,
        lastTrigger,
        accepted,
        connected,
        refused,
        version,
        virtualization,
      ],
      collect: (host, emit) =>
        withBus(host, sockets, async (bus) => {
          const systemdVersion = await emitSystem(bus, emit);
          const all = await readUnits(bus);
          emitSummary(all, emit);
          const wants = {
            tasks: options['enable-task-metrics'],
            restarts: options['enable-restarts-metrics'],
            startTime: options['enable-start-time-metrics'],
            lastTrigger: systemdVersion >= VERSION_WITH_STATE,
          };
          const readings = await Promise.all(all.filter(isWanted).map((unit) => readUnit(bus, unit, wants)));
          for (const reading of readings) emitUnit(reading, emit);
          if (systemdVersion < VERSION_WITH_STATE) return;
          emit(running, (await readProperty(bus, { ...MANAGER, name: 'SystemState' })) === 'running' ? 1 : 0);
        }),
    };
  },
});

/** @throws {Error} when both the flag and its old name are set */
function newOrOld(
  values: FlagValues<typeof flags>,
  name: 'unit-include' | 'unit-exclude',
  oldName: 'unit-whitelist' | 'unit-blacklist',
): RegExp {
  const { [name]: value, [oldName]: old } = values;
  if (old !== undefined && value !== flags[name].default) {
    throw new Error(`Cannot use --collector.systemd.${name} and --collector.systemd.${oldName} together`);
  }
  const chosen = old ?? value;
  // An empty expression is no unit's whole name.
  return chosen === undefined ? /^$/ : new RegExp(`^(?:${chosen.source})$`, chosen.flags);
}

/** @returns the version, 0 when systemd does not say */
async function emitSystem(bus: Bus, emit: Emit): Promise<number> {
  const [text, technology] = await Promise.all([
    readPropertyIfPresent(bus, { ...MANAGER, name: 'Version' }),
    readPropertyIfPresent(bus, { ...MANAGER, name: 'Virtualization' }),
  ]);
  // `257.1-1.fc41`, `systemd 219`
  const number = /\d{3,}(\.\d+)?/.exec(typeof text === 'string' ? text : '')?.[0];
  if (number !== undefined) emit(version, Number(number), { version: expectString(text) });
  const type = technology === undefined ? 'unknown' : expectString(technology) || 'none';
  emit(virtualization, 1, { virtualization_type: type });
  return Number(number ?? 0);
}

interface Unit {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  /** Where the bus has it. */
  readonly path: string;
}

async function readUnits(bus: Bus): Promise<Unit[]> {
  const [all] = await bus.call({ ...MANAGER, member: 'ListUnits' });
  return expectList(all).map((entry) => {
    const [name, , loadState, activeState, , , path] = expectList(entry);
    return {
      name: expectString(name),
      loadState: expectString(loadState),
      activeState: expectString(activeState),
      path: expectString(path),
    };
  });
}

function emitSummary(all: readonly Unit[], emit: Emit): void {
  const counts = new Map(STATES.map((state) => [state, 0]));
  for (const { activeState } of all) counts.set(activeState, (counts.get(activeState) ?? 0) + 1);
  for (const [state, count] of counts) emit(units, count, { state });
}

/** What is read of units only when a flag, or a version of systemd, says so. */
interface Wants {
  readonly tasks: boolean;
  readonly restarts: boolean;
  readonly startTime: boolean;
  readonly lastTrigger: boolean;
}

type UnitFamily = Family<'name', 'gauge' | 'counter'>;

interface UnitProperty {
  readonly family: UnitFamily;
  readonly interface: string;
  readonly name: string;
  readonly divisor?: number;
  readonly want?: keyof Wants;
}

const MICROSECONDS = 1e6;

/** By what the names of units end in. */
const PROPERTIES: Readonly<Record<string, readonly UnitProperty[]>> = {
  service: [
    { family: restarts, interface: 'Service', name: 'NRestarts', want: 'restarts' },
    { family: tasksCurrent, interface: 'Service', name: 'TasksCurrent', want: 'tasks' },
    { family: tasksMax, interface: 'Service', name: 'TasksMax', want: 'tasks' },
  ],
  socket: [
    { family: accepted, interface: 'Socket', name: 'NAccepted' },
    { family: connected, interface: 'Socket', name: 'NConnections' },
    { family: refused, interface: 'Socket', name: 'NRefused' },
  ],
  timer: [
    { family: lastTrigger, interface: 'Timer', name: 'LastTriggerUSec', divisor: MICROSECONDS, want: 'lastTrigger' },
  ],
};
const START: UnitProperty = {
  family: startTime,
  interface: 'Unit',
  name: 'ActiveEnterTimestamp',
  divisor: MICROSECONDS,
  want: 'startTime',
};

/** Units that have a type of their own: `simple` of a service, `ext4` of a mount. */
const TYPED: ReadonlyMap<string, string> = new Map([
  ['service', 'Service'],
  ['mount', 'Mount'],
]);

interface UnitReading {
  readonly unit: Unit;
  readonly type: string;
  readonly values: readonly (readonly [UnitFamily, number | undefined])[];
}

async function readUnit(bus: Bus, unit: Unit, wants: Wants): Promise<UnitReading> {
  const kind = unit.name.slice(unit.name.lastIndexOf('.') + 1);
  const find = (of: string, name: string): Promise<DbusValue | undefined> =>
    readPropertyIfPresent(bus, { destination: DESTINATION, path: unit.path, interface: `${DESTINATION}.${of}`, name });
  const typed = TYPED.get(kind);
  const isActive = unit.activeState === 'active';
  const properties = [...(PROPERTIES[kind] ?? []), ...(isActive ? [START] : [])];
  const [type, values] = await Promise.all([
    typed === undefined ? undefined : find(typed, 'Type'),
    Promise.all(
      properties
        .filter(({ want }) => want === undefined || wants[want])
        .map(async ({ family, interface: of, name, divisor = 1 }) => {
          const value = await find(of, name);
          return [family, value === undefined ? undefined : expectNumber(value) / divisor] as const;
        }),
    ),
  ]);
  const stopped = wants.startTime && !isActive ? [[startTime, 0] as const] : [];
  return { unit, type: expectString(type ?? ''), values: [...values, ...stopped] };
}

function emitUnit({ unit: { name, activeState }, type, values }: UnitReading, emit: Emit): void {
  for (const state of STATES) emit(unitState, state === activeState ? 1 : 0, { name, state, type });
  for (const [family, value] of values) {
    if (value !== undefined && value !== NO_NUMBER) emit(family, value, { name });
  }
}
