import { parseUnsigned } from './lines.ts';

export interface DrbdDevice {
  /** Name of the device: `drbd1`. */
  readonly device: string;
  /** Fields with text values by key, such as `cs`. */
  readonly states: ReadonlyMap<string, string>;
  /** Counters by key, such as `ns`. */
  readonly counts: ReadonlyMap<string, number>;
}

const COUNTS: ReadonlySet<string> = new Set(['ns', 'nr', 'dw', 'dr', 'al', 'bm', 'lo', 'pe', 'ua', 'ap', 'ep', 'oos']);

/**
 * Parses `/proc/drbd` of DRBD up to version 8.4: several lines of `key:value` fields per device.
 *
 *     version: 8.4.11 (api:1/proto:86-101)
 *      1: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
 *         ns:17324442 nr:0 dw:10961 dr:17325674
 *
 * https://linbit.com/drbd-user-guide/users-guide-drbd-8-4/#s-proc-drbd
 */
export function parseDrbd(text: string): DrbdDevice[] {
  const devices: { device: string; states: Map<string, string>; counts: Map<string, number> }[] = [];
  for (const word of text.split(/\s+/)) {
    const [key = '', value, ...more] = word.split(':');
    if (value === undefined || more.length > 0) continue;
    if (value === '' && /^\d{1,10}$/.test(key)) {
      devices.push({ device: `drbd${Number(key)}`, states: new Map(), counts: new Map() });
    } else if (COUNTS.has(key)) devices.at(-1)?.counts.set(key, parseUnsigned(value));
    else devices.at(-1)?.states.set(key, value);
  }
  return devices;
}
