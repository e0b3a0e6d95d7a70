/** Files of `/sys/fs/bcachefs/<uuid>`. https://bcachefs.org/bcachefs-principles-of-operation.pdf */
import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

const UNITS = 'KMGTPE';

/** Parses a number that the kernel has abbreviated: `2.05G`, `28.2k`, `512`. The result is rounded down. */
export function parseHumanNumber(text: string): number {
  const trimmed = text.trim();
  const [, digits, unit = ''] = /^(\d{1,20}(?:\.\d{1,20})?)([kKmMgGtTpPeE]?)$/.exec(trimmed) ?? [];
  if (digits === undefined) throw new SyntaxError(`expected a number, got ${quote(trimmed)}`);
  return Math.trunc(Number(digits) * 1024 ** (UNITS.indexOf(unit.toUpperCase()) + (unit === '' ? 0 : 1)));
}

/**
 * Parses `counters/<name>` into the count since the creation of the file system. Returns `undefined` if the file contains
 * only the count since the mount.
 *
 *     since mount:                   10566234
 *     since filesystem creation:     70225874
 */
export function parseCounter(text: string): number | undefined {
  const value = /^since filesystem creation:(.*)$/m.exec(text)?.[1];
  if (value !== undefined) return parseHumanNumber(value);
  if (text.startsWith('since mount:')) return undefined;
  throw new SyntaxError(`expected two counts in ${quote(text)}`);
}

export interface CompressionStats {
  readonly algorithm: string;
  readonly compressed: number;
  readonly uncompressed: number;
}

/**
 * Parses `compression_stats`, a line of headings and rows:
 *
 *     zstd                    226G            603G                    115k
 */
export function parseCompressionStats(text: string): CompressionStats[] {
  return rowsOf(text).map(([algorithm, compressed, uncompressed]) => ({
    algorithm,
    compressed: parseHumanNumber(compressed),
    uncompressed: parseHumanNumber(uncompressed),
  }));
}

export interface BtreeWriteStats {
  readonly type: string;
  readonly count: number;
  readonly averageBytes: number;
}

/** Parses `btree_write_stats`, a line of headings and rows: `initial:           3298401   100k`. */
export function parseBtreeWriteStats(text: string): BtreeWriteStats[] {
  return rowsOf(text).map(([type, count, size]) => ({
    type,
    count: parseUnsigned(count),
    averageBytes: parseHumanNumber(size),
  }));
}

/** Returns the first three words of each line after the headings, without a colon at the end of the first word. */
function rowsOf(text: string): [name: string, first: string, second: string][] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [name, first, second] = splitWords(line);
      if (name === undefined || first === undefined || second === undefined) return [];
      return [[name.replace(/:$/, ''), first, second]];
    });
}

/**
 * Parses `errors` into counts by name: `bset_bad_csum    2       1767112063`. The third column is the time of the last
 * error.
 */
export function parseErrors(text: string): ReadonlyMap<string, number> {
  const errors = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [name, count] = splitWords(line);
    if (name !== undefined && count !== undefined) errors.set(name, parseUnsigned(count));
  }
  return errors;
}

export interface IoDone {
  /** Direction of the I/O: `read` or `write`. */
  readonly operation: string;
  readonly dataType: string;
  readonly bytes: number;
}

/**
 * Parses `dev-<n>/io_done`: the lines `read:` and `write:`, each followed by one line per type of data.
 *
 *     read:
 *     btree       :     8912896
 */
export function parseIoDone(text: string): IoDone[] {
  const done: IoDone[] = [];
  let operation: string | undefined;
  for (const line of splitLines(text)) {
    const [, name = '', value = ''] = /^\s*([^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (value === '') operation = name === 'read' || name === 'write' ? name : operation;
    else if (operation !== undefined) done.push({ operation, dataType: name, bytes: parseUnsigned(value) });
  }
  return done;
}

/**
 * Parses `dev-<n>/io_errors` into counts by name since the creation of the file system. The file repeats the names with
 * counts since a later time, which are ignored.
 *
 *     IO errors since filesystem creation
 *       read:    18828
 *     IO errors since 8 y ago
 *       read:    7
 */
export function parseIoErrors(text: string): ReadonlyMap<string, number> {
  const errors = new Map<string, number>();
  let isSinceCreation = false;
  for (const line of splitLines(text)) {
    if (line.startsWith('IO errors since ')) {
      isSinceCreation = line.startsWith('IO errors since filesystem creation');
      continue;
    }
    const [, name, value] = /^\s*([^:]*?)\s*:\s*(\S+)\s*$/.exec(line) ?? [];
    if (isSinceCreation && name !== undefined && value !== undefined) errors.set(name, parseUnsigned(value));
  }
  return errors;
}
