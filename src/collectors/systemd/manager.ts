import type { Bus } from '../../host/dbus/bus.ts';
import { type PropertyAddress, readProperty, readPropertyIfPresent } from '../../host/dbus/system-bus.ts';
import { type DbusValue, expectList, expectString } from '../../host/dbus/value.ts';
import type { Host } from '../../host/host.ts';

/** The name of systemd on the bus. */
export const SYSTEMD = 'org.freedesktop.systemd1';

const MANAGER = { destination: SYSTEMD, path: '/org/freedesktop/systemd1', interface: `${SYSTEMD}.Manager` };

export interface SystemdManager {
  /** Version as systemd reports it: `257.1-1.fc41`; `undefined` if systemd does not report it or the read failed. */
  readonly version: string | undefined;
  /**
   * Virtualization: `kvm`, `none` on real hardware, or `unknown` if systemd does not report it; `undefined` if the read
   * failed.
   */
  readonly virtualization: string | undefined;
}

/** Reads the version of systemd and the virtualization that it detected. */
export async function readManager(host: Host, bus: Bus): Promise<SystemdManager> {
  const [version, virtualization] = await Promise.all([
    readText(host, bus, 'Version'),
    readText(host, bus, 'Virtualization'),
  ]);
  return {
    version: version === ABSENT ? undefined : version,
    virtualization: virtualization === ABSENT ? 'unknown' : virtualization === '' ? 'none' : virtualization,
  };
}

const ABSENT = Symbol('absent');

/** Returns a text property; `undefined` if its value is malformed, which is reported. */
async function readText(host: Host, bus: Bus, name: string): Promise<string | typeof ABSENT | undefined> {
  return reportMalformed(host, `property ${name} of systemd`, async () => {
    const value = await readPropertyIfPresent(bus, managerProperty(name));
    return value === undefined ? ABSENT : expectString(value);
  });
}

/** Returns the result of `read`. If the reply of systemd is malformed, reports this and returns `undefined`. */
export async function reportMalformed<T>(host: Host, what: string, read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    host.report(new SyntaxError(`Cannot use ${what}: ${error.message}`, { cause: error }));
    return undefined;
  }
}

/** Returns 257.1 for `257.1-1.fc41` and 219 for `systemd 219`; `undefined` for a text without a version number. */
export function parseVersion(version: string | undefined): number | undefined {
  const number = /\d{3,}(\.\d+)?/.exec(version ?? '')?.[0];
  return number === undefined ? undefined : Number(number);
}

/** Returns the state of the system, such as `running`, `degraded` or `starting`; available since systemd 212. */
export function readSystemState(bus: Bus): Promise<DbusValue | undefined> {
  return readProperty(bus, managerProperty('SystemState'));
}

function managerProperty(name: string): PropertyAddress {
  return { ...MANAGER, name };
}

/** A unit that systemd has in memory. */
export interface SystemdUnit {
  readonly name: string;
  /** State such as `loaded` or `not-found`. */
  readonly loadState: string;
  /** State such as `active` or `failed`. */
  readonly activeState: string;
  /** The path of the unit's object on the bus. */
  readonly path: string;
}

/** Lists all units that systemd has in memory, whatever their state. A malformed unit is reported and left out. */
export async function listUnits(host: Host, bus: Bus): Promise<SystemdUnit[]> {
  const [units] = await bus.call({ ...MANAGER, member: 'ListUnits' });
  const parsed = expectList(units).map((unit) => reportMalformed(host, 'a unit of systemd', () => parseUnit(unit)));
  return (await Promise.all(parsed)).filter((unit) => unit !== undefined);
}

function parseUnit(unit: DbusValue): SystemdUnit {
  const [name, , loadState, activeState, , , path] = expectList(unit);
  return {
    name: expectString(name),
    loadState: expectString(loadState),
    activeState: expectString(activeState),
    path: expectString(path),
  };
}
