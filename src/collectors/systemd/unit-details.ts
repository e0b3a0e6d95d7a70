import type { Bus } from '../../host/dbus/bus.ts';
import { readPropertyIfPresent } from '../../host/dbus/system-bus.ts';
import { type DbusValue, expectNumber, expectString } from '../../host/dbus/value.ts';
import type { Family } from '../../metrics/metric.ts';
import { accepted, connected, lastTrigger, refused, restarts, startTime, tasksCurrent, tasksMax } from './families.ts';
import { SYSTEMD, type SystemdUnit } from './manager.ts';

/**
 * Groups of unit properties that are read only if a flag or the version of systemd enables them. Each property costs one
 * D-Bus call per unit.
 */
export interface UnitDetailOptions {
  readonly tasks: boolean;
  readonly restarts: boolean;
  readonly startTime: boolean;
  readonly lastTrigger: boolean;
}

type UnitFamily = Family<'name', 'gauge' | 'counter'>;

interface UnitProperty {
  readonly family: UnitFamily;
  /** D-Bus interface without the prefix `org.freedesktop.systemd1.`. */
  readonly interface: string;
  readonly name: string;
  readonly divisor?: number;
  /** Option that enables the property; if absent, the property is always read. */
  readonly option?: keyof UnitDetailOptions;
}

const MICROSECONDS = 1e6;

/** Properties by the suffix of the unit's name. */
const PROPERTIES: Readonly<Record<string, readonly UnitProperty[]>> = {
  service: [
    { family: restarts, interface: 'Service', name: 'NRestarts', option: 'restarts' },
    { family: tasksCurrent, interface: 'Service', name: 'TasksCurrent', option: 'tasks' },
    { family: tasksMax, interface: 'Service', name: 'TasksMax', option: 'tasks' },
  ],
  socket: [
    { family: accepted, interface: 'Socket', name: 'NAccepted' },
    { family: connected, interface: 'Socket', name: 'NConnections' },
    { family: refused, interface: 'Socket', name: 'NRefused' },
  ],
  timer: [
    { family: lastTrigger, interface: 'Timer', name: 'LastTriggerUSec', divisor: MICROSECONDS, option: 'lastTrigger' },
  ],
};

/** Property that is read for every active unit, whatever the suffix of its name. */
const START_TIME: UnitProperty = {
  family: startTime,
  interface: 'Unit',
  name: 'ActiveEnterTimestamp',
  divisor: MICROSECONDS,
  option: 'startTime',
};

/**
 * D-Bus interfaces with the property Type, by the suffix of the unit's name. Examples of types: `simple` for a service,
 * `ext4` for a mount.
 */
const TYPED_INTERFACES: ReadonlyMap<string, string> = new Map([
  ['service', 'Service'],
  ['mount', 'Mount'],
]);

export interface UnitDetails {
  readonly unit: SystemdUnit;
  /** Value of the property Type; empty for a unit without this property. */
  readonly type: string;
  readonly values: readonly (readonly [UnitFamily, number | undefined])[];
}

/** Reads the type of a unit and the properties that the options enable. */
export async function readUnitDetails(bus: Bus, unit: SystemdUnit, options: UnitDetailOptions): Promise<UnitDetails> {
  const suffix = unit.name.slice(unit.name.lastIndexOf('.') + 1);
  const isActive = unit.activeState === 'active';
  const properties = [...(PROPERTIES[suffix] ?? []), ...(isActive ? [START_TIME] : [])];
  const enabled = properties.filter(({ option }) => option === undefined || options[option]);
  const find = (unitInterface: string, name: string): Promise<DbusValue | undefined> =>
    readPropertyIfPresent(bus, {
      destination: SYSTEMD,
      path: unit.path,
      interface: `${SYSTEMD}.${unitInterface}`,
      name,
    });
  const readNumber = async (property: UnitProperty): Promise<readonly [UnitFamily, number | undefined]> => {
    const value = await find(property.interface, property.name);
    return [property.family, value === undefined ? undefined : expectNumber(value) / (property.divisor ?? 1)];
  };
  const typed = TYPED_INTERFACES.get(suffix);
  const [type, values] = await Promise.all([
    typed === undefined ? undefined : find(typed, 'Type'),
    Promise.all(enabled.map(readNumber)),
  ]);
  const inactive = options.startTime && !isActive ? [[startTime, 0] as const] : [];
  return { unit, type: expectString(type ?? ''), values: [...values, ...inactive] };
}
