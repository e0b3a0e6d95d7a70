import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

/** A name with its numbers, in the order of the kernel. */
export interface NamedNumbers {
  readonly name: string;
  readonly numbers: readonly number[];
}

export interface NfsMount {
  /** Source of the mount: `server:/export`. */
  readonly device: string;
  /** Path of the mount point. Blanks are escaped, as the kernel prints them. */
  readonly mountPoint: string;
  /** `nfs` or `nfs4`. */
  readonly type: string;
  /** Time since the mount, in seconds. */
  readonly age: number | undefined;
  readonly bytes: readonly number[];
  readonly events: readonly number[];
  /** Numbers of each transport protocol: always 13, in the order of TCP. A number that the protocol does not have is 0. */
  readonly transports: readonly NamedNumbers[];
  /** Numbers of each NFS operation, such as `GETATTR`; at least 8 per operation. */
  readonly operations: readonly NamedNumbers[];
}

/**
 * Parses `/proc/<pid>/mountstats`: a line per mount, followed for NFS by the statistics of the client.
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
export function parseMountstats(text: string): NfsMount[] {
  return text.split(NEXT_MOUNT).flatMap((block) => {
    const [head = '', ...lines] = splitLines(block);
    const [, device, mountPoint, type] = NFS_MOUNT.exec(head) ?? [];
    if (device === undefined || mountPoint === undefined || type === undefined) return [];
    return { device, mountPoint, type, ...parseStatistics(lines) };
  });
}

const NEXT_MOUNT = /^(?=device |no device )/m;
const NFS_MOUNT = /^device (\S+) mounted on (\S+) with fstype (nfs4?) statvers=/;
const PER_OPERATION = 'per-op';

function parseStatistics(lines: readonly string[]): Omit<NfsMount, 'device' | 'mountPoint' | 'type'> {
  const rows = lines.map(splitWords);
  const index = rows.findIndex(([key]) => key === PER_OPERATION);
  const end = index < 0 ? rows.length : index;
  const totals = rows.slice(0, end);
  const numbersOf = (key: string): number[] =>
    (totals.find(([first]) => first === key) ?? []).slice(1).map(parseUnsigned);
  return {
    age: numbersOf('age:')[0],
    bytes: numbersOf('bytes:'),
    events: numbersOf('events:'),
    transports: totals.filter(([key]) => key === 'xprt:').flatMap(([, ...words]) => parseTransport(words)),
    operations: rows.slice(end + 1).map(parseOperation),
  };
}

const TRANSPORT_NUMBERS = 13;
/**
 * Count of the numbers that every kernel prints. Newer kernels add three numbers about slots and queues, but not for
 * RDMA.
 */
const BASIC_NUMBERS = 10;
const IDLE_SECONDS = 4;

/** @returns an empty list for an unknown protocol */
function parseTransport([name = '', ...words]: readonly string[]): NamedNumbers | [] {
  // The line of UDP lacks the number of connects, the connect time and the idle time.
  const all = name === 'udp' ? [...words.slice(0, 2), '0', '0', '0', ...words.slice(2)] : words;
  const numbers = all.map((word, index) => (index === IDLE_SECONDS ? parseWrapped(word) : parseUnsigned(word)));
  if (name === 'rdma') numbers.splice(BASIC_NUMBERS);
  else if (name !== 'tcp' && name !== 'udp') return [];
  if (numbers.length < BASIC_NUMBERS) throw new SyntaxError(`expected more numbers in ${quote(words.join(' '))}`);
  return { name, numbers: [...numbers, 0, 0, 0].slice(0, TRANSPORT_NUMBERS) };
}

const OPERATION_NUMBERS = 8;
/** Index of the first of the three times of an operation, which are in milliseconds. */
const FIRST_TIME = 5;

function parseOperation([name = '', ...words]: readonly string[]): NamedNumbers {
  if (!name.endsWith(':') || words.length < OPERATION_NUMBERS) {
    throw new SyntaxError(`unexpected line ${quote([name, ...words].join(' '))}`);
  }
  const isTime = (index: number): boolean => index >= FIRST_TIME && index < OPERATION_NUMBERS;
  const numbers = words.map((word, index) => (isTime(index) ? parseWrapped(word) : parseUnsigned(word)));
  return { name: name.slice(0, -1), numbers };
}

const WRAP = 2 ** 53;

/**
 * Parses a time that may have wrapped below 0. Returns it modulo 2^53, as node_exporter does, because a double is exact
 * only below 2^53.
 */
function parseWrapped(word: string): number {
  const number = parseUnsigned(word);
  return number < WRAP ? number : Number(BigInt(word) % BigInt(WRAP));
}
