import { parseDecimal, quote, requireContent, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

export interface DrbdDevice {
  /** Name of the device, for example `drbd1`. */
  readonly device: string;
  /** Fields with text values, by key: connection (`cs`), roles (`ro`) and states of the disks (`ds`). */
  readonly states: ReadonlyMap<string, string>;
  /** Counters by key, for example `ns`. */
  readonly counts: ReadonlyMap<string, number>;
}

const STATES: ReadonlySet<string> = new Set(['cs', 'ro', 'ds']);
const COUNTS: ReadonlySet<string> = new Set(['ns', 'nr', 'dw', 'dr', 'al', 'bm', 'lo', 'pe', 'ua', 'ap', 'ep', 'oos']);

/**
 * Parses `/proc/drbd` of DRBD up to version 8.4. The file contains several lines of `key:value` fields per device.
 *
 *     version: 8.4.11 (api:1/proto:86-101)
 *      1: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
 *         ns:17324442 nr:0 dw:10961 dr:17325674
 *
 * https://linbit.com/drbd-user-guide/users-guide-drbd-8-4/#s-proc-drbd
 */
export function parseDrbd(text: string, report: ReportProblem = raise): DrbdDevice[] {
  // Every version of DRBD prints its version, even without a device.
  requireContent(text, 'a line "version:"');
  const devices: ParsedDevice[] = [];
  let device: ParsedDevice | undefined;
  const parseLine = (line: string): undefined => {
    const [, minor] = FIRST_LINE.exec(line) ?? [];
    if (minor !== undefined) {
      // The number of the device is malformed, so its fields are ignored.
      device = undefined;
      device = { device: `drbd${parseMinor(minor)}`, states: new Map(), counts: new Map() };
      devices.push(device);
    }
    if (device !== undefined) parseFields(line, device, report);
  };
  parseRows(splitLines(text), parseLine, report);
  return devices;
}

/** Matches the first line of a device. The line starts with the minor number and the state of the connection. */
const FIRST_LINE = /^ *([^ :]+): cs:/;

interface ParsedDevice extends DrbdDevice {
  readonly states: Map<string, string>;
  readonly counts: Map<string, number>;
}

function parseMinor(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new SyntaxError(`expected the number of a device, got ${quote(text)}`);
  return Number(text);
}

function parseFields(line: string, { states, counts }: ParsedDevice, report: ReportProblem): void {
  for (const word of splitWords(line)) {
    const [key = '', value, ...more] = word.split(':');
    if (value === undefined || more.length > 0) continue;
    if (STATES.has(key)) states.set(key, value);
    if (!COUNTS.has(key)) continue;
    // The count of local requests (`lo`) may be negative.
    const count = tryParse(parseDecimal, value, reportIn(line, report));
    if (count !== undefined) counts.set(key, count);
  }
}
