/**
 * Files of a cgroup.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 * https://docs.kernel.org/admin-guide/cgroup-v1/index.html
 */
import { createForwardSearch, findLineEnd, parseDigits, parseLine, parseUnsigned, quote, splitLines } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse, visitRows } from './rows.ts';

/**
 * Numbers of a flat keyed file, in the order of the requested keys. A number is `undefined` if its key is absent or the
 * number is malformed.
 */
export type FlatKeyed = readonly (number | undefined)[];

/**
 * Returns a parser for flat keyed files. The parser returns the numbers of the requested keys. Flat keyed files are
 * `cpu.stat`, `memory.stat`, `memory.events`, `memory.oom_control` and `cpuacct.stat`:
 *
 *     usage_usec 10320000
 *     user_usec 10270000
 */
export function createFlatKeyedParser(...keys: readonly string[]): (text: string, report?: ReportProblem) => FlatKeyed {
  // A file has about fifty lines, and a caller requests about five keys. Most other lines start with a key of another
  // length or with another first letter, so they are skipped fast.
  const positions = keys.map((key, position) => ({ key, position }));
  const byShape = Map.groupBy(positions, ({ key }) => shapeOf(key, 0, key.length));
  return (text, report = raise) => {
    const numbers: (number | undefined)[] = keys.map(() => undefined);
    let hasMatch = false;
    const findBlank = createForwardSearch(text, ' ');
    // This loop creates no closure for each line, because a pass parses fifty lines for each of a thousand containers.
    for (let start = 0; start < text.length; ) {
      const end = findLineEnd(text, start);
      const blank = findBlank(start);
      const keyEnd = blank === -1 || blank > end ? end : blank;
      const match = findKey(byShape.get(shapeOf(text, start, keyEnd)), text, start);
      if (match !== undefined) {
        hasMatch = true;
        numbers[match.position] = parseNumberIn({ text, start, end, report }, keyEnd + 1, end);
      }
      start = end + 1;
    }
    if (!hasMatch) requireFlatKeyed(text);
    return numbers;
  };
}

/** A requested key, and its position in the result of the parser. */
interface RequestedKey {
  readonly key: string;
  readonly position: number;
}

/** Returns the key that the text contains at a position; `undefined` if the text contains none of the keys there. */
function findKey(keys: readonly RequestedKey[] | undefined, text: string, start: number): RequestedKey | undefined {
  if (keys === undefined) return undefined;
  for (const candidate of keys) if (text.startsWith(candidate.key, start)) return candidate;
  return undefined;
}

/** @throws {SyntaxError} if the text is not empty and contains no line that starts with a key */
function requireFlatKeyed(text: string): void {
  if (text !== '' && !/^[\w.]+(?: |$)/m.test(text))
    throw new SyntaxError(`expected lines of a key and a number, got ${quote(text)}`);
}

/** A line in a text. */
interface TextLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly report: ReportProblem;
}

/**
 * Returns the number between two positions of a line. If the number is malformed, reports the line and returns `undefined`.
 */
function parseNumberIn({ text, start, end, report }: TextLine, first: number, last: number): number | undefined {
  const number = parseDigits(text, first, last);
  return number ?? tryParse(parseUnsigned, text.slice(first, last), reportIn(text.slice(start, end), report));
}

/** Combines the length and the first character of a text into one number. */
function shapeOf(text: string, start: number, end: number): number {
  return (end - start) * 256 + text.charCodeAt(start);
}

/** Parses a limit such as `67108864` in `memory.max`. Returns `Infinity` for `max`, which means that there is no limit. */
export function parseLimit(text: string): number {
  const word = text.trim();
  return word === 'max' ? Number.POSITIVE_INFINITY : parseUnsigned(word);
}

/** Limit of a cgroup's CPU time. A malformed number is `undefined`. */
export interface CpuMax {
  /** CPU time that the cgroup may use in each period, in microseconds; `Infinity` without a limit. */
  readonly quota: number | undefined;
  /** Length of a period, in microseconds. */
  readonly period: number | undefined;
}

/** Parses `cpu.max`. The file contains the quota and the period: `25000 100000` or `max 100000`. */
export function parseCpuMax(text: string, report: ReportProblem = raise): CpuMax {
  const line = parseLine(text);
  const blank = line.indexOf(' ');
  if (blank === -1) throw new SyntaxError(`expected two words in ${quote(text)}`);
  const reportNumber = reportIn(line, report);
  return {
    quota: tryParse(parseLimit, line.slice(0, blank), reportNumber),
    period: tryParse(parseUnsigned, line.slice(blank + 1), reportNumber),
  };
}

/**
 * I/O of a cgroup on one device. A counter is `undefined` if the kernel does not print the counter or the number is
 * malformed.
 */
export interface DeviceIo {
  /** Major and minor number of the device, for example `254:0`. */
  readonly device: string;
  readonly readBytes: number | undefined;
  readonly writeBytes: number | undefined;
  readonly reads: number | undefined;
  readonly writes: number | undefined;
}

/**
 * Parses `io.stat`. The kernel prints no line break after a device without counters. Such a device, like `7:1` here, is
 * therefore at the start of the next device's line, or alone on the last line.
 *
 *     98:0 rbytes=8388608 wbytes=8388608 rios=72 wios=72 dbytes=0 dios=0
 *     7:1 7:0 rbytes=28672 wbytes=0 rios=22 wios=0 dbytes=0 dios=0
 */
export function parseIoStat(text: string, report: ReportProblem = raise): readonly DeviceIo[] {
  const devices: DeviceIo[] = [];
  const visit = (start: number, end: number): void => {
    const row = text.slice(start, end);
    const [, device] = DEVICES.exec(row) ?? [];
    if (device === undefined) throw new SyntaxError(`unexpected line ${quote(row)}`);
    if (device === UNNAMED) return;
    const line = { text: row, start: 0, end: row.length, report };
    const readBytes = countIn(line, ' rbytes=');
    const writeBytes = countIn(line, ' wbytes=');
    const reads = countIn(line, ' rios=');
    const writes = countIn(line, ' wios=');
    const hasCounts = (readBytes ?? writeBytes ?? reads ?? writes) !== undefined;
    if (hasCounts) devices.push({ device, readBytes, writeBytes, reads, writes });
  };
  visitRows(text, visit, report);
  return devices;
}

const DEVICE = /^\d+:\d+$/;

/** Name that the kernel prints for a hidden disk. For example, each path to a multipath NVMe namespace is a hidden disk. */
const UNNAMED = '(unknown)';

/** Matches all devices at the start of a line. The group captures the last device. */
const DEVICES = /^(?:(\d+:\d+|\(unknown\))(?: |$))+/;

/** @param key the key with the blank before it and the equals sign after it */
function countIn(line: TextLine, key: string): number | undefined {
  const at = line.text.indexOf(key);
  if (at === -1) return undefined;
  const first = at + key.length;
  const blank = line.text.indexOf(' ', first);
  return parseNumberIn(line, first, blank === -1 ? line.end : blank);
}

/** Counters of a `blkio.*` file of cgroup v1, by device. */
export type BlkioCounts = ReadonlyMap<
  string,
  { readonly read: number | undefined; readonly write: number | undefined }
>;

/**
 * Parses `blkio.throttle.io_service_bytes`, `blkio.bfq.io_serviced` and similar files of cgroup v1:
 *
 *     254:0 Read 4096
 *     254:0 Write 21176320
 *     Total 42151936
 */
export function parseBlkio(text: string, report: ReportProblem = raise): BlkioCounts {
  const counts = new Map<string, { read: number | undefined; write: number | undefined }>();
  const parseLine = (line: string): undefined => {
    const [device = '', operation, count, ...more] = line.split(' ');
    if (device === 'Total' || device === UNNAMED) return;
    if (!DEVICE.test(device) || count === undefined || more.length > 0) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const ofDevice = counts.get(device) ?? { read: undefined, write: undefined };
    counts.set(device, ofDevice);
    if (operation === 'Read') ofDevice.read = parseUnsigned(count);
    if (operation === 'Write') ofDevice.write = parseUnsigned(count);
  };
  parseRows(splitLines(text), parseLine, report);
  return counts;
}

/**
 * Parses `cgroup.procs`. The file contains one process ID per line. The IDs are unordered and may be repeated. cgroup v2
 * prints 0 for a process in another PID namespace. The result for a malformed line is `undefined`.
 */
export function parseCgroupProcs(text: string, report: ReportProblem = raise): readonly (number | undefined)[] {
  const pids: (number | undefined)[] = [];
  const visit = (start: number, end: number): void => {
    const pid = parseDigits(text, start, end);
    pids.push(pid);
    if (pid === undefined) throw new SyntaxError(`expected a process ID, got ${quote(text.slice(start, end))}`);
  };
  visitRows(text, visit, report);
  return pids;
}
