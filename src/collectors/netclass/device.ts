import { AbsentError, type AsyncTree, type KernelDirectory, type KernelTree } from '../../host/host.ts';
import { parseIntegerFile, parseText, parseWord } from '../../parse/lines.ts';
import { type EmittingRead, emittingRead } from '../support/slow-attributes.ts';
import { CARRIER, NUMBERS } from './families.ts';

/** A network device and its attributes that the kernel returns from memory. */
export interface NetworkDevice {
  readonly name: string;
  /** Path relative to `/sys`. */
  readonly path: string;
  readonly directory: KernelDirectory;
  /**
   * Values of the attributes in {@link NUMBERS}, in the same order; `undefined` for an attribute without a value and for the
   * carrier, which is part of {@link NetworkLink}.
   */
  readonly numbers: readonly (number | undefined)[];
  readonly flags: number | undefined;
  /** This label and the next three labels are an empty text if the attribute is absent, `undefined` if it cannot be read. */
  readonly address: string | undefined;
  readonly broadcast: string | undefined;
  readonly operstate: string | undefined;
  readonly ifalias: string | undefined;
}

/**
 * The attributes that the kernel reads under the lock of all network devices (RTNL). A driver may hold this lock for
 * seconds while it waits for its firmware.
 */
export interface NetworkLink {
  /** 1 if the device has a link, 0 if not; `undefined` for a device that is down. */
  readonly carrier: number | undefined;
  /** Speed in megabits per second; -1 if the driver cannot determine it; `undefined` for a device without a speed. */
  readonly speed: number | undefined;
  /** An empty text for a device without a duplex mode; `undefined` if the mode cannot be read. */
  readonly duplex: string | undefined;
}

/** The link of a device that is down: reading its attributes fails with EINVAL. */
export const NO_LINK: NetworkLink = { carrier: undefined, speed: undefined, duplex: '' };

const FLAGS = 'flags';

/** The flag that is set while the device is enabled, see netdevice(7). */
const IFF_UP = 1;

/**
 * Reads a device of `/sys/class/net` without its link.
 *
 * @param parent directory of the devices, relative to `/sys`
 * @throws {AbsentError} when the device no longer exists
 */
export function readDevice(sys: KernelTree, parent: string, name: string): NetworkDevice {
  const path = `${parent}/${name}`;
  const directory = sys.directory(path);
  const flags = directory.readNumberIfPresent(FLAGS, parseIntegerFile);
  if (flags === undefined && !sys.exists(path)) throw new AbsentError(`Cannot find ${sys.path(path)}`);
  const readNumber = (attribute: string): number | undefined => {
    if (attribute === FLAGS) return flags;
    return attribute === CARRIER ? undefined : directory.readNumberIfPresent(attribute, parseIntegerFile);
  };
  return {
    name,
    path,
    directory,
    numbers: NUMBERS.map(([attribute]) => readNumber(attribute)),
    flags,
    address: readLabel(directory, 'address'),
    broadcast: readLabel(directory, 'broadcast'),
    operstate: directory.readAttribute({ path: 'operstate', parse: parseWord, absent: '' }),
    ifalias: readLabel(directory, 'ifalias'),
  };
}

/** Returns true if the flags are present and do not contain `IFF_UP`. */
export function isDown({ flags }: Pick<NetworkDevice, 'flags'>): boolean {
  return flags !== undefined && (flags & IFF_UP) === 0;
}

function readLabel(directory: KernelDirectory, attribute: string): string | undefined {
  return directory.readAttribute({ path: attribute, parse: parseText, absent: '' });
}

/** Reads the link of a device on the main thread. */
export function readLink({ directory }: NetworkDevice): NetworkLink {
  const speed = directory.readNumberIfPresent('speed', parseIntegerFile);
  return {
    carrier: directory.readNumberIfPresent(CARRIER, parseIntegerFile),
    speed: speed === undefined ? undefined : toSpeed(speed),
    // The driver of a device without a duplex mode returns EINVAL.
    duplex: readLabel(directory, 'duplex'),
  };
}

/** Unknown speeds of drivers and kernels that store the speed -1 as an unsigned number of 16 or 32 bits; see ethtool(8). */
const UNKNOWN_SPEEDS: ReadonlySet<number> = new Set([0xffff, 0xffff_ffff]);

/** Returns the speed of a link, or -1 for an unknown speed. */
function toSpeed(number: number): number {
  return UNKNOWN_SPEEDS.has(number) ? -1 : number;
}

function parseSpeed(text: string): number {
  return toSpeed(parseIntegerFile(text));
}

type MutableLink = { -readonly [K in keyof NetworkLink]: NetworkLink[K] };

const UNREAD_LINK: NetworkLink = { carrier: undefined, speed: undefined, duplex: undefined };

interface SlowLinks {
  readonly links: ReadonlyMap<NetworkDevice, NetworkLink>;
  /** True if a read failed. The lock of the network devices may then be held by a driver that hangs. */
  readonly hasFailed: boolean;
}

/** Reads the links of several devices in one call, because all of the reads wait for one lock. */
export async function readSlowLinks(slowSys: AsyncTree, devices: readonly NetworkDevice[]): Promise<SlowLinks> {
  const links = new Map(devices.map((device): [NetworkDevice, MutableLink] => [device, { ...UNREAD_LINK }]));
  const reads = [...links].flatMap(([{ path }, link]) => listReads(path, link));
  const stores = await slowSys.readEachIfPresent(reads);
  for (const store of stores) store?.();
  return { links, hasFailed: stores.includes(undefined) };
}

function listReads(path: string, link: MutableLink): EmittingRead[] {
  const read = <K extends keyof NetworkLink>(
    name: K,
    parse: (text: string) => NetworkLink[K],
    absent: NetworkLink[K],
  ): EmittingRead => {
    const set = (value: NetworkLink[K]): void => {
      link[name] = value;
    };
    return { ...emittingRead(`${path}/${name}`, parse, set), absent: () => set(absent) };
  };
  return [
    read('carrier', parseIntegerFile, undefined),
    read('speed', parseSpeed, undefined),
    read('duplex', parseText, ''),
  ];
}
