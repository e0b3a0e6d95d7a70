import { AbsentError, type Host, type KernelDirectory, type KernelTree } from '../../host/host.ts';
import { parseIntegerFile, parseText } from '../../parse/lines.ts';
import { emittingRead } from '../support/slow-attributes.ts';
import { NUMBERS } from './families.ts';

/** Attributes of a network device that the kernel returns from memory. */
interface NetworkProperties {
  /** Values of the attributes in {@link NUMBERS}, in the same order; `undefined` for an attribute without a value. */
  readonly numbers: readonly (number | undefined)[];
  readonly flags: number | undefined;
  /** An absent attribute is an empty text, and one that cannot be read is `undefined`. */
  readonly address: string | undefined;
  readonly broadcast: string | undefined;
  readonly operstate: string | undefined;
  readonly ifalias: string | undefined;
}

interface NetworkLink {
  /** Speed in megabits per second; -1 if the driver cannot determine it; `undefined` for a device without a speed. */
  readonly speed: number | undefined;
  /** An empty text for a device without a duplex mode; `undefined` if the mode cannot be read. */
  readonly duplex: string | undefined;
}

export interface NetworkDevice extends NetworkProperties, NetworkLink {}

const NO_LINK: NetworkLink = { speed: undefined, duplex: '' };

const FLAGS = 'flags';
/** Attribute that cannot be read while the device is down: the kernel returns EINVAL, as it does for speed and duplex. */
const CARRIER = 'carrier';

/** The flag that is set while the device is enabled, see netdevice(7). */
const IFF_UP = 1;

/**
 * Reads a device of `/sys/class/net`. Returns a promise only if the link is slow.
 *
 * @param path relative to `/sys`: `class/net/eth0`
 * @throws {AbsentError} when the device no longer exists
 */
export function readDevice(host: Host, path: string, hasSlowLink: boolean): NetworkDevice | Promise<NetworkDevice> {
  const { sys } = host;
  const directory = sys.directory(path);
  const properties = readProperties(sys, directory, path);
  if (properties.flags === undefined && !sys.exists(path)) throw new AbsentError(`Cannot find ${sys.path(path)}`);
  if (isDown(properties.flags)) return { ...properties, ...NO_LINK };
  if (hasSlowLink) return readSlowLink(host, path).then((link) => ({ ...properties, ...link }));
  return {
    ...properties,
    speed: directory.readNumberIfPresent('speed', parseIntegerFile),
    // The driver of a device without a duplex mode returns EINVAL.
    duplex: directory.readIfPresent('duplex', parseText) ?? '',
  };
}

/** Returns true if the flags are present and do not contain `IFF_UP`. */
export function isDown(flags: number | undefined): boolean {
  return flags !== undefined && (flags & IFF_UP) === 0;
}

function readProperties(sys: KernelTree, directory: KernelDirectory, path: string): NetworkProperties {
  const flags = directory.readNumberIfPresent(FLAGS, parseIntegerFile);
  const readNumber = (attribute: string): number | undefined => {
    if (attribute === FLAGS) return flags;
    if (isDown(flags) && attribute === CARRIER) return undefined;
    return directory.readNumberIfPresent(attribute, parseIntegerFile);
  };
  const readLabel = (attribute: string): string | undefined => {
    const text = directory.readIfPresent(attribute, parseText);
    return text !== undefined || sys.exists(`${path}/${attribute}`) ? text : '';
  };
  return {
    numbers: NUMBERS.map(([attribute]) => readNumber(attribute)),
    flags,
    address: readLabel('address'),
    broadcast: readLabel('broadcast'),
    operstate: readLabel('operstate'),
    ifalias: readLabel('ifalias'),
  };
}

async function readSlowLink({ slowSys }: Host, path: string): Promise<NetworkLink> {
  let speed: number | undefined;
  let duplex: string | undefined;
  const setDuplex = (text: string): void => {
    duplex = text;
  };
  const reads = [
    emittingRead(`${path}/speed`, parseIntegerFile, (number) => {
      speed = number;
    }),
    { ...emittingRead(`${path}/duplex`, parseText, setDuplex), absent: () => setDuplex('') },
  ];
  for (const store of await slowSys.readEachIfPresent(reads)) store?.();
  return { speed, duplex };
}
