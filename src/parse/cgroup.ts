/**
 * The files of a cgroup. https://docs.kernel.org/admin-guide/cgroup-v2.html, and of version 1
 * https://docs.kernel.org/admin-guide/cgroup-v1/index.html
 */
import {
  findLineEnd,
  forEachLine,
  parseDigits,
  parseLine,
  parseUnsigned,
  parseUnsignedSlice,
  quote,
  splitLines,
} from './lines.ts';

/** Of a file of `key value` lines the numbers that were asked for, in that order; `undefined` for one that is not there. */
export type FlatKeyed = readonly (number | undefined)[];

/**
 * `cpu.stat`, `memory.stat`, `memory.events`, `memory.oom_control`, `cpuacct.stat`:
 *
 *     usage_usec 10320000
 *     user_usec 10270000
 */
export function createFlatKeyedParser(...wanted: readonly string[]): (text: string) => FlatKeyed {
  // Of fifty lines five are wanted, and many kernels' keys differ in length or in their first letter.
  const keys = wanted.map((key, position) => ({ key, position }));
  const byShape = Map.groupBy(keys, ({ key }) => shapeOf(key, 0, key.length));
  return (text) => {
    const numbers: (number | undefined)[] = wanted.map(() => undefined);
    for (let start = 0; start < text.length; ) {
      const end = findLineEnd(text, start);
      const blank = text.indexOf(' ', start);
      if (blank === -1 || blank > end) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
      const found = byShape.get(shapeOf(text, start, blank))?.find(({ key }) => text.startsWith(key, start));
      if (found !== undefined) numbers[found.position] = parseUnsignedSlice(text, blank + 1, end);
      start = end + 1;
    }
    return numbers;
  };
}

function shapeOf(text: string, start: number, end: number): number {
  return (end - start) * 256 + text.charCodeAt(start);
}

/** A limit: `67108864`, or `max` for none, which is `Infinity`. */
export function parseLimit(text: string): number {
  const word = text.trim();
  return word === 'max' ? Number.POSITIVE_INFINITY : parseUnsigned(word);
}

/** Microseconds of CPU time in each period; `Infinity` when that is not limited. */
export interface CpuMax {
  readonly quota: number;
  readonly period: number;
}

/** `cpu.max`: `25000 100000` or `max 100000`. */
export function parseCpuMax(text: string): CpuMax {
  const line = parseLine(text);
  const blank = line.indexOf(' ');
  if (blank === -1) throw new SyntaxError(`expected two words in ${quote(text)}`);
  return { quota: parseLimit(line.slice(0, blank)), period: parseUnsigned(line.slice(blank + 1)) };
}

/** What a cgroup has read from one device and written to it; a kernel that does not tell leaves one out. */
export interface DeviceIo {
  /** `254:0` */
  readonly device: string;
  readonly readBytes: number | undefined;
  readonly writeBytes: number | undefined;
  readonly reads: number | undefined;
  readonly writes: number | undefined;
}

/**
 * `io.stat`; a device of which nothing is known may stand alone on its line, or before another, whose counts follow:
 *
 *     98:0 rbytes=8388608 wbytes=8388608 rios=72 wios=72 dbytes=0 dios=0
 *     7:1 7:0 rbytes=28672 wbytes=0 rios=22 wios=0 dbytes=0 dios=0
 */
export function parseIoStat(text: string): readonly DeviceIo[] {
  const devices: DeviceIo[] = [];
  forEachLine(text, (start, end) => {
    DEVICES.lastIndex = start;
    const [, device] = DEVICES.exec(text) ?? [];
    if (device === undefined) throw new SyntaxError(`unexpected line ${quote(text.slice(start, end))}`);
    if (device === UNKNOWN) return;
    const readBytes = countIn(text, ' rbytes=', start, end);
    const writeBytes = countIn(text, ' wbytes=', start, end);
    const reads = countIn(text, ' rios=', start, end);
    const writes = countIn(text, ' wios=', start, end);
    const isKnown = (readBytes ?? writeBytes ?? reads ?? writes) !== undefined;
    if (isKnown) devices.push({ device, readBytes, writeBytes, reads, writes });
  });
  return devices;
}

const DEVICE = /^\d+:\d+$/;

/** What the kernel calls a disk that it does not show, such as one path of several to an NVMe namespace. */
const UNKNOWN = '(unknown)';

/** The devices that a line begins with, of which the last one is captured. */
const DEVICES = /(?:(\d+:\d+|\(unknown\))(?: |$))+/my;

/** @param key with the blank before it and the sign after it */
function countIn(text: string, key: string, start: number, end: number): number | undefined {
  const at = text.indexOf(key, start);
  if (at === -1 || at > end) return undefined;
  const first = at + key.length;
  const blank = text.indexOf(' ', first);
  return parseUnsignedSlice(text, first, blank === -1 ? end : Math.min(blank, end));
}

/** What `blkio.*` of version 1 counts, by device. */
export type BlkioCounts = ReadonlyMap<
  string,
  { readonly read: number | undefined; readonly write: number | undefined }
>;

/**
 * `blkio.throttle.io_service_bytes`, `blkio.bfq.io_serviced`:
 *
 *     254:0 Read 4096
 *     254:0 Write 21176320
 *     Total 42151936
 */
export function parseBlkio(text: string): BlkioCounts {
  const counts = new Map<string, { read: number | undefined; write: number | undefined }>();
  for (const line of splitLines(text)) {
    const [device = '', operation, count, ...more] = line.split(' ');
    if (device === 'Total' || device === UNKNOWN) continue;
    if (!DEVICE.test(device) || count === undefined || more.length > 0) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const known = counts.get(device) ?? { read: undefined, write: undefined };
    if (operation === 'Read') known.read = parseUnsigned(count);
    if (operation === 'Write') known.write = parseUnsigned(count);
    counts.set(device, known);
  }
  return counts;
}

/**
 * `cgroup.procs`: a process on each line, in no order, and possibly twice. Version 2 says 0 for one that this process
 * cannot see, because it is in another PID namespace.
 */
export function parseCgroupProcs(text: string): readonly number[] {
  const pids: number[] = [];
  forEachLine(text, (start, end) => {
    pids.push(parsePid(text, start, end));
  });
  return pids;
}

function parsePid(text: string, start: number, end: number): number {
  const pid = parseDigits(text, start, end);
  if (pid === undefined) throw new SyntaxError(`expected a process ID, got ${quote(text.slice(start, end))}`);
  return pid;
}
