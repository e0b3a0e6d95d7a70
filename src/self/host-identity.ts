import type { Host } from '../host/host.ts';

/** Properties that distinguish a host from other hosts. */
export interface HostIdentity {
  /** Value of `host.id`: the machine id, or else the UUID of the hardware. `undefined` if the host has neither. */
  readonly id: string | undefined;
  /** Values that together distinguish hosts. The values do not change while the host runs. */
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
 * Reads the identity of a host. The machine id alone does not distinguish hosts: images and cloned disks contain copies of
 * the id. The UUID of the hardware is unique, but only root can read it. For a host without a machine id and without a UUID,
 * the id of the current boot is used.
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
 * Returns whether the exporter sees the root file system of its own container, where the machine id belongs to the image.
 * Docker and Podman put a marker file into such a file system. With `--path.rootfs`, the exporter sees the root file system
 * of the host.
 */
async function seesImage(host: IdentitySources, isPod: boolean): Promise<boolean> {
  if (host.rootfs.root !== '/') return false;
  if (isPod) return true;
  const markers = ['.dockerenv', 'run/.containerenv'].map((path) =>
    host.rootfs.readIfPresent(path, () => true).catch(() => undefined),
  );
  return (await Promise.all(markers)).includes(true);
}

/** Returns the machine id of systemd or D-Bus. https://man7.org/linux/man-pages/man5/machine-id.5.html */
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

/** Returns the id of the current boot. https://man7.org/linux/man-pages/man4/random.4.html */
function readBootId(host: IdentitySources): string | undefined {
  return readOrUndefined(() => host.proc.readIfPresent('sys/kernel/random/boot_id', parseId)) || undefined;
}

function parseId(text: string): string {
  return text.trim().toLowerCase();
}

/** UUID that some vendors of mainboards use for all their machines. */
const COMMON_UUID = '03000200-0400-0500-0006-000700080009';

/** Returns whether an id consists of one repeated digit, or is a UUID that many machines have. */
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
