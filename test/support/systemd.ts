import { answerProperty, NO_SUCH_THING, type Program, type Properties, type Reply, type Sent } from './bus.ts';

const ROOT = '/org/freedesktop/systemd1';

/** A unit as systemd lists it; its properties are `interface.name` without systemd's prefix. */
export interface FakeUnit {
  readonly name: string;
  readonly load?: string;
  readonly active: string;
  readonly properties?: Readonly<Record<string, readonly [type: string, value: Sent]>>;
}

export interface FakeSystemd {
  /** Of the manager; all of them have a text. */
  readonly manager: Readonly<Record<string, string>>;
  readonly units: readonly FakeUnit[];
}

/** Answers as systemd does to those who list its units and get properties. */
export function fakeSystemd({ manager, units }: FakeSystemd): Program {
  const properties: Properties = {
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
  return (question): Reply => {
    if (question.member === 'Get') return answerProperty(properties, question);
    if (question.member !== 'ListUnits' || question.path !== ROOT) return NO_SUCH_THING;
    return { signature: 'a(ssssssouso)', values: [units.map(rowOf)] };
  };
}

function pathOf(index: number): string {
  return `${ROOT}/unit/${index}`;
}

function rowOf({ name, load = 'loaded', active }: FakeUnit, index: number): Sent {
  return [name, `Description of ${name}`, load, active, 'running', '', pathOf(index), 0, '', '/'];
}
