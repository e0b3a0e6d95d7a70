import { AbsentError, type AsyncTree, type Host, type KernelDirectory } from '../../host/host.ts';
import { parseIntegerFile, parseText } from '../../parse/lines.ts';
import { NUMBERS } from './families.ts';

/** Attributes of a network device; `undefined` for an attribute that the device lacks or that has no value at the moment. */
interface NetworkProperties {
  /** Values of the attributes in {@link NUMBERS}, in the same order. */
  readonly numbers: readonly (number | undefined)[];
  readonly flags: number | undefined;
  readonly address: string | undefined;
  readonly broadcast: string | undefined;
  readonly operstate: string | undefined;
  readonly ifalias: string | undefined;
}

interface NetworkLink {
  /** Speed in megabits per second; -1 if the driver cannot determine it. */
  readonly speed: number | undefined;
  readonly duplex: string | undefined;
}

export interface NetworkDevice extends NetworkProperties, NetworkLink {}

const NO_LINK: NetworkLink = { speed: undefined, duplex: undefined };

const FLAGS = 'flags';
/** Attribute that cannot be read while the device is down: the kernel returns EINVAL, as it does for speed and duplex. */
const CARRIER = 'carrier';

/** The flag that is set while the device is enabled, see netdevice(7). */
const IFF_UP = 1;

/**
 * Error codes of attributes that have no value at the moment. EINVAL: carrier of a device that is down; speed and duplex
 * of a device that is down or virtual. EACCES and EPERM: attributes that only root may read.
 */
const NO_VALUE: ReadonlySet<string> = new Set(['EINVAL', 'EACCES', 'EPERM']);

/**
 * Reads a device of `/sys/class/net`. Returns a promise only if the link is slow.
 *
 * @param path relative to `/sys`: `class/net/eth0`
 * @throws {AbsentError} when the device no longer exists
 */
export function readDevice(
  { sys, slowSys }: Host,
  path: string,
  hasSlowLink: boolean,
): NetworkDevice | Promise<NetworkDevice> {
  const directory = sys.directory(path);
  const properties = readProperties(directory);
  if (properties.flags === undefined && !sys.exists(path)) throw new AbsentError(`Cannot find ${sys.path(path)}`);
  if (isDown(properties.flags)) return { ...properties, ...NO_LINK };
  if (hasSlowLink) return readSlowLink(slowSys, path).then((link) => ({ ...properties, ...link }));
  return { ...properties, speed: findNumber(directory, 'speed'), duplex: findText(directory, 'duplex') };
}

/** Returns true if the flags are present and do not contain `IFF_UP`. */
export function isDown(flags: number | undefined): boolean {
  return flags !== undefined && (flags & IFF_UP) === 0;
}

function readProperties(directory: KernelDirectory): NetworkProperties {
  const flags = findNumber(directory, FLAGS);
  const readNumber = (attribute: string): number | undefined => {
    if (attribute === FLAGS) return flags;
    return isDown(flags) && attribute === CARRIER ? undefined : findNumber(directory, attribute);
  };
  return {
    numbers: NUMBERS.map(([attribute]) => readNumber(attribute)),
    flags,
    address: findText(directory, 'address'),
    broadcast: findText(directory, 'broadcast'),
    operstate: findText(directory, 'operstate'),
    ifalias: findText(directory, 'ifalias'),
  };
}

function findNumber(directory: KernelDirectory, attribute: string): number | undefined {
  return directory.readNumberIfPresent(attribute, parseIntegerFile, { ignoreErrno: NO_VALUE });
}

function findText(directory: KernelDirectory, attribute: string): string | undefined {
  return directory.readIfPresent(attribute, parseText, { ignoreErrno: NO_VALUE });
}

async function readSlowLink(sys: AsyncTree, path: string): Promise<NetworkLink> {
  const find = <T>(attribute: string, parse: (text: string) => T): Promise<T | undefined> =>
    sys.readIfPresent(`${path}/${attribute}`, parse, { ignoreErrno: NO_VALUE });
  return { speed: await find('speed', parseIntegerFile), duplex: await find('duplex', parseText) };
}
