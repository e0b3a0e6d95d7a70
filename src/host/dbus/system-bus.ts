import { AbsentError, type Host } from '../host.ts';
import { Bus, BusError } from './bus.ts';
import type { DbusValue } from './value.ts';

export interface BusSocket {
  /** Path of the socket, relative to the root directory of the host. */
  readonly path: string;
  readonly isDirect?: boolean;
}

/** Sockets of the system bus. In many containers, the socket is still in `/var/run`, which is the predecessor of `/run`. */
export const SYSTEM_BUS: readonly BusSocket[] = [
  { path: 'run/dbus/system_bus_socket' },
  { path: 'var/run/dbus/system_bus_socket' },
];

/**
 * Connects to the first socket that accepts a connection, calls `use` with the connection, and closes the connection.
 *
 * @throws {AbsentError} if no program listens on any of the sockets, or if `use` calls a program that is not on the bus
 */
export async function withBus<T>(host: Host, sockets: readonly BusSocket[], use: (bus: Bus) => Promise<T>): Promise<T> {
  const bus = await openFirst(host, sockets);
  try {
    return await use(bus);
  } catch (error) {
    if (error instanceof BusError && ABSENT_PROGRAM.has(error.errorName)) {
      throw new AbsentError(`Cannot find the program on the bus: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    bus.close();
  }
}

const ABSENT_PROGRAM: ReadonlySet<string> = new Set([
  'org.freedesktop.DBus.Error.ServiceUnknown',
  'org.freedesktop.DBus.Error.NameHasNoOwner',
]);

async function openFirst(host: Host, sockets: readonly BusSocket[]): Promise<Bus> {
  let reason: unknown = new AbsentError('Cannot find a D-Bus socket');
  for (const { path, isDirect = false } of sockets) {
    try {
      return await Bus.open({ path: host.rootfs.path(path), timeout: host.remaining, isDirect });
    } catch (error) {
      if (reason instanceof AbsentError) reason = error;
    }
  }
  throw reason;
}

/** The address of a property of an object on the bus. */
export interface PropertyAddress {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly name: string;
}

/** @throws {BusError} if the object or its property does not exist */
export async function readProperty(bus: Bus, property: PropertyAddress): Promise<DbusValue | undefined> {
  const [value] = await bus.call({
    destination: property.destination,
    path: property.path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    arguments: [property.interface, property.name],
  });
  return value;
}

/**
 * Reads a property as {@link readProperty} does, but returns `undefined` if the program replies with an error. Older
 * versions of a program lack some properties.
 */
export async function readPropertyIfPresent(bus: Bus, property: PropertyAddress): Promise<DbusValue | undefined> {
  try {
    return await readProperty(bus, property);
  } catch (error) {
    if (error instanceof BusError) return undefined;
    throw error;
  }
}
