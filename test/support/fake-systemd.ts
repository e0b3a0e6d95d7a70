import {
  type BusService,
  type MethodReply,
  type ObjectProperties,
  type OutgoingValue,
  replyToGet,
  UNKNOWN_PROPERTY,
} from './fake-dbus.ts';

const ROOT = '/org/freedesktop/systemd1';

/** A unit of the simulated systemd. */
export interface FakeUnit {
  readonly name: string;
  readonly load?: string;
  readonly active: string;
  /**
   * Types and values of properties. A key consists of an interface without the prefix of systemd, and a name:
   * `Service.NRestarts`.
   */
  readonly properties?: Readonly<Record<string, readonly [type: string, value: OutgoingValue]>>;
}

export interface FakeSystemd {
  /** Properties of the manager that are texts, by name. */
  readonly manager: Readonly<Record<string, string>>;
  readonly units: readonly FakeUnit[];
}

/** Returns a D-Bus service that replies to `ListUnits` and `Properties.Get` as systemd does. */
export function createFakeSystemd({ manager, units }: FakeSystemd): BusService {
  const properties: ObjectProperties = {
    [ROOT]: Object.fromEntries(
      Object.entries(manager).map(([name, value]) => [`org.freedesktop.systemd1.Manager.${name}`, ['s', value]]),
    ),
    ...Object.fromEntries(
      units.map((unit, index) => [
        pathOf(index),
        Object.fromEntries(
          Object.entries(unit.properties ?? {}).map(([name, value]) => [`org.freedesktop.systemd1.${name}`, value]),
        ),
      ]),
    ),
  };
  return (call): MethodReply => {
    if (call.member === 'Get') return replyToGet(properties, call);
    if (call.member !== 'ListUnits' || call.path !== ROOT) return UNKNOWN_PROPERTY;
    return { signature: 'a(ssssssouso)', values: [units.map(rowOf)] };
  };
}

function pathOf(index: number): string {
  return `${ROOT}/unit/${index}`;
}

function rowOf({ name, load = 'loaded', active }: FakeUnit, index: number): OutgoingValue {
  return [name, `Description of ${name}`, load, active, 'running', '', pathOf(index), 0, '', '/'];
}
