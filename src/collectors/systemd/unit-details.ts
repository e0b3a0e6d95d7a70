import type { Bus } from '../../host/dbus/bus.ts';
import { readPropertyIfPresent } from '../../host/dbus/system-bus.ts';
import { type DbusValue, expectNumber, expectString } from '../../host/dbus/value.ts';
import type { Host } from '../../host/host.ts';
import type { Family } from '../../metrics/metric.ts';
import { accepted, connected, lastTrigger, refused, restarts, startTime, tasksCurrent, tasksMax } from './families.ts';
import { reportMalformed, SYSTEMD, type SystemdUnit } from './manager.ts';

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
  /** Value of the property Type; empty for a unit without this property, `undefined` if the value is malformed. */
  readonly type: string | undefined;
  readonly values: readonly (readonly [UnitFamily, number | undefined])[];
}

/** Reads the type of units, and the properties that the options enable. */
export class UnitReader {
  readonly #host: Host;
  readonly #bus: Bus;
  readonly #options: UnitDetailOptions;

  constructor(host: Host, bus: Bus, options: UnitDetailOptions) {
    this.#host = host;
    this.#bus = bus;
    this.#options = options;
  }

  /** Reads one unit. A property with a malformed value is reported and costs only its family. */
  async read(unit: SystemdUnit): Promise<UnitDetails> {
    const suffix = unit.name.slice(unit.name.lastIndexOf('.') + 1);
    const isActive = unit.activeState === 'active';
    const properties = [...(PROPERTIES[suffix] ?? []), ...(isActive ? [START_TIME] : [])];
    const enabled = properties.filter(({ option }) => option === undefined || this.#options[option]);
    const typed = TYPED_INTERFACES.get(suffix);
    const [type, values] = await Promise.all([
      typed === undefined ? '' : this.#readType(unit, typed),
      Promise.all(enabled.map((property) => this.#readNumber(unit, property))),
    ]);
    const inactive = this.#options.startTime && !isActive ? [[startTime, 0] as const] : [];
    return { unit, type, values: [...values, ...inactive] };
  }

  #readType(unit: SystemdUnit, unitInterface: string): Promise<string | undefined> {
    return this.#read(unit, { interface: unitInterface, name: 'Type' }, (value) => expectString(value ?? ''));
  }

  async #readNumber(unit: SystemdUnit, property: UnitProperty): Promise<readonly [UnitFamily, number | undefined]> {
    const toNumber = (value: DbusValue | undefined): number | undefined =>
      value === undefined ? undefined : expectNumber(value) / (property.divisor ?? 1);
    return [property.family, await this.#read(unit, property, toNumber)];
  }

  #read<T>(
    unit: SystemdUnit,
    { interface: unitInterface, name }: Pick<UnitProperty, 'interface' | 'name'>,
    convert: (value: DbusValue | undefined) => T,
  ): Promise<T | undefined> {
    const address = { destination: SYSTEMD, path: unit.path, interface: `${SYSTEMD}.${unitInterface}`, name };
    return reportMalformed(this.#host, `property ${name} of unit ${unit.name}`, async () =>
      convert(await readPropertyIfPresent(this.#bus, address)),
    );
  }
}
