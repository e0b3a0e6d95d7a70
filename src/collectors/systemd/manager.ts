import type { Bus } from '../../host/dbus/bus.ts';
import { type PropertyAddress, readProperty, readPropertyIfPresent } from '../../host/dbus/system-bus.ts';
import { type DbusValue, expectList, expectString } from '../../host/dbus/value.ts';

/** The name of systemd on the bus. */
export const SYSTEMD = 'org.freedesktop.systemd1';

const MANAGER = { destination: SYSTEMD, path: '/org/freedesktop/systemd1', interface: `${SYSTEMD}.Manager` };

export interface SystemdManager {
  /** Version as systemd reports it: `257.1-1.fc41`. */
  readonly version: DbusValue | undefined;
  /** Virtualization: `kvm`; empty on real hardware, `undefined` if this version of systemd does not report it. */
  readonly virtualization: DbusValue | undefined;
}

/** Reads the version of systemd and the virtualization that it detected. */
export async function readManager(bus: Bus): Promise<SystemdManager> {
  const [version, virtualization] = await Promise.all([
    readPropertyIfPresent(bus, managerProperty('Version')),
    readPropertyIfPresent(bus, managerProperty('Virtualization')),
  ]);
  return { version, virtualization };
}

/** Returns 257.1 for `257.1-1.fc41` and 219 for `systemd 219`; `undefined` for a text without a version number. */
export function parseVersion(version: DbusValue | undefined): number | undefined {
  const number = /\d{3,}(\.\d+)?/.exec(typeof version === 'string' ? version : '')?.[0];
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

/** Lists all units that systemd has in memory, whatever their state. */
export async function listUnits(bus: Bus): Promise<SystemdUnit[]> {
  const [units] = await bus.call({ ...MANAGER, member: 'ListUnits' });
  return expectList(units).map((unit) => {
    const [name, , loadState, activeState, , , path] = expectList(unit);
    return {
      name: expectString(name),
      loadState: expectString(loadState),
      activeState: expectString(activeState),
      path: expectString(path),
    };
  });
}
