import { attempt, defineCollector } from '../collection/collector.ts';
import type { Bus } from '../host/dbus/bus.ts';
import { readPropertyIfPresent, SYSTEM_BUS, withBus } from '../host/dbus/system-bus.ts';
import { type DbusValue, expectList, expectString } from '../host/dbus/value.ts';
import type { Host } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';

const sessions = gauge('node_logind_sessions', 'Login sessions that systemd-logind manages.', [
  'seat',
  'remote',
  'type',
  'class',
]);

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
  help: 'Login sessions of systemd-logind from the system bus',
  enabled: false,
  create: () => ({
    families: [sessions],
    async collect(host, emit) {
      const { seats, counts } = await withBus(host, SYSTEM_BUS, async (bus) => ({
        seats: await readSeats(bus),
        counts: countSessions(await readSessions(host, bus)),
      }));
      // Like node_exporter, emit every combination of label values, including combinations without a session.
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

/** Returns the names of all seats, followed by an empty name: sessions of remote logins have an empty seat name. */
async function readSeats(bus: Bus): Promise<string[]> {
  const [seats] = await bus.call({ ...MANAGER, member: 'ListSeats' });
  return [...expectList(seats).map((seat) => expectString(expectList(seat)[0])), ''];
}

interface LoginSession {
  readonly seat: string;
  readonly remote: string;
  readonly type: string;
  readonly class: string;
}

/** Reads the sessions. A session whose properties cannot be read is left out. */
async function readSessions(host: Host, bus: Bus): Promise<LoginSession[]> {
  const [all] = await bus.call({ ...MANAGER, member: 'ListSessions' });
  const sessions = await Promise.all(
    expectList(all).map((entry) => attempt(host, () => readSession(bus, expectList(entry)))),
  );
  return sessions.filter((session) => session !== undefined);
}

/** Reads a session. Returns `undefined` if the session ended after the list of sessions was read. */
async function readSession(bus: Bus, entry: readonly DbusValue[]): Promise<LoginSession | undefined> {
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
    type: toListed(expectString(type), TYPES),
    class: toListed(expectString(kind), CLASSES),
  };
}

/** Returns the value if the list contains it, `other` otherwise. */
function toListed(value: string, list: readonly string[]): string {
  return list.includes(value) ? value : OTHER;
}

/** Returns the number of sessions for each key that {@link keyOf} returns. */
function countSessions(all: readonly LoginSession[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const session of all) counts.set(keyOf(session), (counts.get(keyOf(session)) ?? 0) + 1);
  return counts;
}

function keyOf({ seat, remote, type, class: kind }: LoginSession): string {
  return JSON.stringify([seat, remote, type, kind]);
}
