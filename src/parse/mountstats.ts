import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Numbers in the order in which the kernel prints them. A malformed number is `undefined`. */
type MountNumbers = readonly (number | undefined)[];

export interface NamedNumbers {
  readonly name: string;
  readonly numbers: MountNumbers;
}

export interface NfsMount {
  /** Source of the mount, for example `server:/export`. */
  readonly device: string;
  /** Path of the mount point. The kernel's escapes for blanks are not decoded. */
  readonly mountPoint: string;
  /** Type of the file system: `nfs` or `nfs4`. */
  readonly type: string;
  /** Time since the mount, in seconds. */
  readonly age: number | undefined;
  readonly bytes: MountNumbers;
  readonly events: MountNumbers;
  /**
   * Numbers of each transport protocol. Each list has 13 numbers, in the order of TCP. A number that the protocol lacks is
   * 0.
   */
  readonly transports: readonly NamedNumbers[];
  /** Numbers of each NFS operation, such as `GETATTR`. An operation has at least 8 numbers. */
  readonly operations: readonly NamedNumbers[];
}

/**
 * Parses `/proc/<pid>/mountstats`. The file contains a line for each mount. After the line of an NFS mount, it contains the
 * statistics of the NFS client.
 *
 *     device filer:/srv mounted on /mnt/srv with fstype nfs4 statvers=1.1
 *             age:    13968
 *             events: 52 226 0 0 1 13 …
 *             bytes:  1207640230 0 0 0 1210214218 0 295483 0
 *             xprt:   tcp 832 0 1 0 11 6428 6428 0 12154 0 24 26 5726
 *             per-op statistics
 *                     READ: 1298 1298 0 207680 1210292152 6 79386 79407
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_mountstats.5.html, `net/sunrpc/stats.c`
 *
 * @returns only NFS mounts
 */
export function parseMountstats(text: string, report: ReportProblem = raise): NfsMount[] {
  return text.split(NEXT_MOUNT).flatMap((block) => {
    const [head = '', ...lines] = splitLines(block);
    const [, device, mountPoint, type] = NFS_MOUNT.exec(head) ?? [];
    if (device === undefined || mountPoint === undefined || type === undefined) return [];
    return { device, mountPoint, type, ...parseStatistics(lines, report) };
  });
}

const NEXT_MOUNT = /^(?=device |no device )/m;
const NFS_MOUNT = /^device (\S+) mounted on (\S+) with fstype (nfs4?) statvers=/;
const PER_OPERATION = 'per-op';

function parseStatistics(
  lines: readonly string[],
  report: ReportProblem,
): Omit<NfsMount, 'device' | 'mountPoint' | 'type'> {
  const index = lines.findIndex((line) => splitWords(line)[0] === PER_OPERATION);
  const end = index < 0 ? lines.length : index;
  const totals = lines.slice(0, end);
  const linesOf = (key: string): string[] => totals.filter((line) => splitWords(line)[0] === key);
  const numbersOf = (key: string): MountNumbers => {
    const [line = ''] = linesOf(key);
    return splitWords(line)
      .slice(1)
      .map((word) => tryParse(parseUnsigned, word, reportIn(line, report)));
  };
  return {
    age: numbersOf('age:')[0],
    bytes: numbersOf('bytes:'),
    events: numbersOf('events:'),
    transports: parseRows(linesOf('xprt:'), (line) => parseTransport(line, report), report),
    operations: parseRows(lines.slice(end + 1), (line) => parseOperation(line, report), report),
  };
}

const TRANSPORT_NUMBERS = 13;
/** Minimum count of numbers per transport. Newer kernels add three numbers about slots and queues, except for RDMA. */
const BASIC_NUMBERS = 10;
const IDLE_SECONDS = 4;

/** Parses the numbers of a transport. Returns `undefined` if the protocol is unknown. */
function parseTransport(line: string, report: ReportProblem): NamedNumbers | undefined {
  const [, name = '', ...words] = splitWords(line);
  if (name !== 'tcp' && name !== 'udp' && name !== 'rdma') return undefined;
  // The line of UDP lacks the number of connects, the connect time and the idle time.
  const all = name === 'udp' ? [...words.slice(0, 2), '0', '0', '0', ...words.slice(2)] : words;
  const printed = name === 'rdma' ? all.slice(0, BASIC_NUMBERS) : all;
  if (printed.length < BASIC_NUMBERS) throw new SyntaxError(`expected more numbers in ${quote(line)}`);
  const numbers = printed.map((word, index) =>
    tryParse(index === IDLE_SECONDS ? parseIdleTime : parseUnsigned, word, reportIn(line, report)),
  );
  return { name, numbers: [...numbers, 0, 0, 0].slice(0, TRANSPORT_NUMBERS) };
}

const OPERATION_NUMBERS = 8;
/** Index of the first time of an operation. An operation has three times, in milliseconds. */
const FIRST_TIME = 5;

function parseOperation(line: string, report: ReportProblem): NamedNumbers {
  const [name = '', ...words] = splitWords(line);
  if (!name.endsWith(':') || words.length < OPERATION_NUMBERS) {
    throw new SyntaxError(`unexpected line ${quote(line)}`);
  }
  const isTime = (index: number): boolean => index >= FIRST_TIME && index < OPERATION_NUMBERS;
  const numbers = words.map((word, index) =>
    tryParse(isTime(index) ? parseWrapped : parseUnsigned, word, reportIn(line, report)),
  );
  return { name: name.slice(0, -1), numbers };
}

/** Parses the idle time of a transport. The kernel prints the time with a sign, and some kernels without one. */
function parseIdleTime(word: string): number {
  return word.startsWith('-') ? parseDecimal(word) : parseWrapped(word);
}

const WRAP = 2 ** 53;

/**
 * Parses a time that may have wrapped below 0. Returns the time modulo 2^53, as node_exporter does. Below 2^53, a double
 * represents every integer exactly.
 */
function parseWrapped(word: string): number {
  const number = parseUnsigned(word);
  return number < WRAP ? number : Number(BigInt(word) % BigInt(WRAP));
}
