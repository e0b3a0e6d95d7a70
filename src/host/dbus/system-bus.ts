import { AbsentError, type Host } from '../host.ts';
import { Bus, BusError } from './bus.ts';
import type { Value } from './value.ts';

export interface BusSocket {
  /** Below the root of the host. */
  readonly path: string;
  readonly isDirect?: boolean;
}

/** The second is where it was before /run, and where many containers still mount it. */
export const SYSTEM_BUS: readonly BusSocket[] = [
  { path: 'run/dbus/system_bus_socket' },
  { path: 'var/run/dbus/system_bus_socket' },
];

/**
 * Connects to the first of the sockets that lets us in, and closes the connection in the end.
 *
 * @throws {AbsentError} when nobody listens, or no program on the bus has the name
 */
export async function withBus<T>(host: Host, sockets: readonly BusSocket[], use: (bus: Bus) => Promise<T>): Promise<T> {
  const bus = await openFirst(host, sockets);
  try {
    return await use(bus);
  } catch (error) {
    if (error instanceof BusError && NOBODY.has(error.errorName)) {
      throw new AbsentError(`Cannot find the program on the bus: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    bus.close();
  }
}

const NOBODY: ReadonlySet<string> = new Set([
  'org.freedesktop.DBus.Error.ServiceUnknown',
  'org.freedesktop.DBus.Error.NameHasNoOwner',
]);

async function openFirst(host: Host, sockets: readonly BusSocket[]): Promise<Bus> {
  let reason: unknown = new AbsentError('Cannot find a bus');
  for (const { path, isDirect = false } of sockets) {
    try {
      return await Bus.open({ path: host.rootfs.path(path), timeout: host.remaining, isDirect });
    } catch (error) {
      if (reason instanceof AbsentError) reason = error;
    }
  }
  throw reason;
}

/** A property of an object that a program has on the bus. */
export interface Property {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly name: string;
}

/** @throws {BusError} when the object has no such property, or is gone */
export async function readProperty(bus: Bus, property: Property): Promise<Value | undefined> {
  const [value] = await bus.call({
    destination: property.destination,
    path: property.path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    arguments: [property.interface, property.name],
  });
  return value;
}

/** As {@link readProperty}, with `undefined` for a property that this version of the program does not have. */
export async function findProperty(bus: Bus, property: Property): Promise<Value | undefined> {
  try {
    return await readProperty(bus, property);
  } catch (error) {
    if (error instanceof BusError) return undefined;
    throw error;
  }
}
