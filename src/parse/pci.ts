import { parseDecimal, parseText, quote } from './lines.ts';

export interface PciLocation {
  readonly segment: string;
  readonly bus: string;
  readonly device: string;
  readonly function: string;
}

/**
 * Parses the name of a PCI device in sysfs: `0000:03:00.1`. The segment has five digits for devices behind Intel VMD:
 * `10000:e1:00.0`.
 */
export function parsePciLocation(name: string): PciLocation {
  const [, segment, bus, device, part] = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-9a-f])$/.exec(name) ?? [];
  if (segment === undefined || bus === undefined || device === undefined || part === undefined) {
    throw new SyntaxError(`expected a PCI device, got ${quote(name)}`);
  }
  return { segment, bus, device, function: part };
}

/**
 * Parses `max_link_speed` and `current_link_speed` into transfers per second: `8.0 GT/s PCIe`. Returns `undefined` for
 * `Unknown`.
 *
 * https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-bus-pci
 */
export function parseLinkSpeed(text: string): number | undefined {
  const speed = parseText(text);
  if (isUnknown(speed)) return undefined;
  const gigatransfers = /^(\S+) GT\/s\b/.exec(speed)?.[1];
  if (gigatransfers === undefined) throw new SyntaxError(`expected a speed in GT/s, got ${quote(speed)}`);
  return parseDecimal(gigatransfers) * 1e9;
}

/** Parses `max_link_width` and `current_link_width` into a number of lanes: `16`. Returns `undefined` for `Unknown`. */
export function parseLinkWidth(text: string): number | undefined {
  const width = parseText(text);
  return isUnknown(width) ? undefined : parseDecimal(width);
}

function isUnknown(text: string): boolean {
  return text === '' || text.startsWith('Unknown') || /(MHz PCI|AGP)/.test(text);
}

/** Parses `class`, `vendor`, `device` and other registers. Returns the text with its leading zeros: `0x060400`. */
export function parseRegister(text: string): string {
  const register = parseText(text);
  if (!/^0x[0-9a-f]{2,8}$/.test(register)) throw new SyntaxError(`expected a register, got ${quote(register)}`);
  return register;
}
