import type { Host } from '../host/host.ts';

/** What distinguishes a host from others. A value is `undefined` if the host does not have it, or it cannot be read. */
export interface HostIdentity {
  /** `host.id`: the machine id, or else the UUID of the hardware. */
  readonly id: string | undefined;
  /** Values that together distinguish hosts. They stay the same as long as the host does not reboot. */
  readonly parts: readonly string[];
}

export interface HostIdentityOptions {
  /** Name of the host. */
  readonly name: string | undefined;
  /** True if the exporter runs in a pod of Kubernetes. */
  readonly isPod: boolean;
}

/** The trees of the host that contain its identity. */
type IdentitySources = Pick<Host, 'proc' | 'sys'> & { readonly rootfs: Pick<Host['rootfs'], 'root' | 'readIfPresent'> };

/**
 * Reads the identity of a host. The machine id alone does not distinguish hosts: images and cloned disks contain a copy of it.
 * The UUID of the hardware is unique, but only root can read it. A host without any of them is distinguished by its boot.
 */
export async function readHostIdentity(
  host: IdentitySources,
  { name, isPod }: HostIdentityOptions,
): Promise<HostIdentity> {
  const machineId = (await seesImage(host, isPod)) ? undefined : await readMachineId(host);
  const uuid = readHardwareUuid(host);
  const bootId = machineId === undefined && uuid === undefined ? readBootId(host) : undefined;
  const parts = [machineId, uuid, bootId, name].filter((part) => part !== undefined);
  return { id: machineId ?? uuid, parts };
}

/**
 * Returns whether the root file system is that of a container, whose machine id is that of the image. Docker, Podman and
 * Kubernetes mark such a file system; `--path.rootfs` selects that of the host.
 */
async function seesImage(host: IdentitySources, isPod: boolean): Promise<boolean> {
  if (host.rootfs.root !== '/') return false;
  if (isPod) return true;
  const markers = ['.dockerenv', 'run/.containerenv'].map((path) =>
    host.rootfs.readIfPresent(path, () => true).catch(() => undefined),
  );
  return (await Promise.all(markers)).includes(true);
}

/** Returns the machine id, machine-id(5), of systemd or D-Bus. */
async function readMachineId(host: IdentitySources): Promise<string | undefined> {
  for (const path of ['etc/machine-id', 'var/lib/dbus/machine-id']) {
    const id = await host.rootfs.readIfPresent(path, parseId).catch(() => undefined);
    if (id !== undefined && /^[0-9a-f]{32}$/.test(id) && !isPlaceholder(id)) return id;
  }
  return undefined;
}

/** Returns the UUID of the machine from its firmware (SMBIOS), which hypervisors create for each virtual machine. */
function readHardwareUuid(host: IdentitySources): string | undefined {
  const uuid = readOrUndefined(() => host.sys.readIfPresent('class/dmi/id/product_uuid', parseId));
  return uuid !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) && !isPlaceholder(uuid)
    ? uuid
    : undefined;
}

/** Returns the id of the current boot, random(4). */
function readBootId(host: IdentitySources): string | undefined {
  return readOrUndefined(() => host.proc.readIfPresent('sys/kernel/random/boot_id', parseId)) || undefined;
}

function parseId(text: string): string {
  return text.trim().toLowerCase();
}

/** UUID that some vendors of mainboards use for all their machines. */
const COMMON_UUID = '03000200-0400-0500-0006-000700080009';

/** Returns whether an id is one digit repeated, or is known to be used by many machines. */
function isPlaceholder(id: string): boolean {
  return /^([0-9a-f])\1*$/.test(id.replaceAll('-', '')) || id === COMMON_UUID;
}

function readOrUndefined<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    // The file cannot be read: product_uuid is readable by root only.
    return undefined;
  }
}
