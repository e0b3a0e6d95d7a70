import { defineCollector } from '../collection/collector.ts';
import type { Bus } from '../host/dbus/bus.ts';
import { readPropertyIfPresent, SYSTEM_BUS, withBus } from '../host/dbus/system-bus.ts';
import { type DbusValue, expectList, expectString } from '../host/dbus/value.ts';
import { gauge } from '../metrics/metric.ts';

const sessions = gauge('node_logind_sessions', 'Sessions that logind knows.', ['seat', 'remote', 'type', 'class']);

const DESTINATION = 'org.freedesktop.login1';
const MANAGER = {
  destination: DESTINATION,
  path: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
};

const OTHER = 'other';
const REMOTE = ['true', 'false'];
const TYPES = [OTHER, 'unspecified', 'tty', 'x11', 'wayland', 'mir', 'web'];
const CLASSES = [OTHER, 'user', 'greeter', 'lock-screen', 'background'];

/** https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html */
export const logind = defineCollector({
  name: 'logind',
  help: 'Sessions from systemd-logind',
  enabled: false,
  create: () => ({
    families: [sessions],
    async collect(host, emit) {
      const { seats, counts } = await withBus(host, SYSTEM_BUS, async (bus) => ({
        seats: await readSeats(bus),
        counts: countEqual(await readSessions(bus)),
      }));
      for (const remote of REMOTE) {
        for (const type of TYPES) {
          for (const kind of CLASSES) {
            for (const seat of seats) {
              const count = counts.get(keyOf({ seat, remote, type, class: kind })) ?? 0;
              emit(sessions, count, { seat, remote, type, class: kind });
            }
          }
        }
      }
    },
  }),
});

/** @returns the names of all seats, and the empty one that sessions from other machines have */
async function readSeats(bus: Bus): Promise<string[]> {
  const [seats] = await bus.call({ ...MANAGER, member: 'ListSeats' });
  return [...expectList(seats).map((seat) => expectString(expectList(seat)[0])), ''];
}

interface Session {
  readonly seat: string;
  readonly remote: string;
  readonly type: string;
  readonly class: string;
}

async function readSessions(bus: Bus): Promise<Session[]> {
  const [all] = await bus.call({ ...MANAGER, member: 'ListSessions' });
  const found = await Promise.all(expectList(all).map((session) => readSession(bus, expectList(session))));
  return found.filter((session) => session !== undefined);
}

/** @returns nothing when the session is over */
async function readSession(bus: Bus, entry: readonly DbusValue[]): Promise<Session | undefined> {
  const [, , , seat, path] = entry;
  const object = { destination: DESTINATION, path: expectString(path), interface: `${DESTINATION}.Session` };
  const [remote, type, kind] = await Promise.all([
    readPropertyIfPresent(bus, { ...object, name: 'Remote' }),
    readPropertyIfPresent(bus, { ...object, name: 'Type' }),
    readPropertyIfPresent(bus, { ...object, name: 'Class' }),
  ]);
  if (remote === undefined || type === undefined || kind === undefined) return undefined;
  return {
    seat: expectString(seat),
    remote: String(remote),
    type: knownOrOther(expectString(type), TYPES),
    class: knownOrOther(expectString(kind), CLASSES),
  };
}

function knownOrOther(value: string, known: readonly string[]): string {
  return known.includes(value) ? value : OTHER;
}

function countEqual(all: readonly Session[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const session of all) counts.set(keyOf(session), (counts.get(keyOf(session)) ?? 0) + 1);
  return counts;
}

function keyOf({ seat, remote, type, class: kind }: Session): string {
  return JSON.stringify([seat, remote, type, kind]);
}
