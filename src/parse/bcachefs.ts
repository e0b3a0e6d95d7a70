/** Files of `/sys/fs/bcachefs/<uuid>`. https://bcachefs.org/bcachefs-principles-of-operation.pdf */
import { findLineEnd, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

const UNITS = 'KMGTPE';

/**
 * Parses a number that the kernel has abbreviated: `2.05G`, `28.2k`, `512`. A unit is a power of 1,024. The result is
 * rounded down.
 */
export function parseHumanNumber(text: string): number {
  const trimmed = text.trim();
  const [, digits, unit = ''] = /^(\d{1,20}(?:\.\d{1,20})?)([kKmMgGtTpPeE]?)$/.exec(trimmed) ?? [];
  if (digits === undefined) throw new SyntaxError(`expected a number, got ${quote(trimmed)}`);
  return Math.trunc(Number(digits) * 1024 ** (UNITS.indexOf(unit.toUpperCase()) + (unit === '' ? 0 : 1)));
}

/**
 * Parses `counters/<name>` and returns the count since the creation of the file system. Returns `undefined` if the file
 * contains only the count since the mount.
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

/** A row of `compression_stats`. A malformed number is `undefined`. */
export interface CompressionStats {
  readonly algorithm: string;
  readonly compressed: number | undefined;
  readonly uncompressed: number | undefined;
}

/**
 * Parses `compression_stats`. The file contains a line of headings, then one row per algorithm.
 *
 *     zstd                    226G            603G                    115k
 */
export function parseCompressionStats(text: string, report: ReportProblem = raise): CompressionStats[] {
  return parseTable(text, report, ({ name, first, second, reportNumber }) => ({
    algorithm: name,
    compressed: tryParse(parseHumanNumber, first, reportNumber),
    uncompressed: tryParse(parseHumanNumber, second, reportNumber),
  }));
}

/** A row of `btree_write_stats`. A malformed number is `undefined`. */
export interface BtreeWriteStats {
  readonly type: string;
  readonly count: number | undefined;
  readonly averageBytes: number | undefined;
}

/**
 * Parses `btree_write_stats`. The file contains a line of headings, then rows such as `initial:           3298401   100k`.
 */
export function parseBtreeWriteStats(text: string, report: ReportProblem = raise): BtreeWriteStats[] {
  return parseTable(text, report, ({ name, first, second, reportNumber }) => ({
    type: name,
    count: tryParse(parseUnsigned, first, reportNumber),
    averageBytes: tryParse(parseHumanNumber, second, reportNumber),
  }));
}

interface TableRow {
  /** First word of the line, without the colon at the end of the word. */
  readonly name: string;
  readonly first: string;
  readonly second: string;
  readonly reportNumber: ReportProblem;
}

/** Returns the result of `parseRow` for each line after the headings. */
function parseTable<T>(text: string, report: ReportProblem, parseRow: (row: TableRow) => T): T[] {
  const parseLine = (line: string): T => {
    const [name, first, second] = splitWords(line);
    if (name === undefined || first === undefined || second === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    return parseRow({ name: name.replace(/:$/, ''), first, second, reportNumber: reportIn(line, report) });
  };
  return parseRows(splitLines(text.slice(findLineEnd(text, 0))), parseLine, report);
}

/**
 * Parses `errors` into counts by name: `bset_bad_csum    2       1767112063`. The third column is the time of the last
 * error.
 */
export function parseErrors(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  const parseError = (line: string): [string, number] => {
    const [name, count] = splitWords(line);
    if (name === undefined || count === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    return [name, parseUnsigned(count)];
  };
  return new Map(parseRows(splitLines(text), parseError, report));
}

export interface IoDone {
  /** Direction of the I/O: `read` or `write`. */
  readonly operation: string;
  readonly dataType: string;
  readonly bytes: number;
}

/**
 * Parses `dev-<n>/io_done`. The file contains the lines `read:` and `write:`. After each of them, it contains one line per
 * type of data.
 *
 *     read:
 *     btree       :     8912896
 */
export function parseIoDone(text: string, report: ReportProblem = raise): IoDone[] {
  let operation: string | undefined;
  const parseLine = (line: string): IoDone | undefined => {
    const [name, value] = splitAtColon(line);
    if (value !== '')
      return operation === undefined ? undefined : { operation, dataType: name, bytes: parseUnsigned(value) };
    operation = name === 'read' || name === 'write' ? name : operation;
    return undefined;
  };
  return parseRows(splitLines(text), parseLine, report);
}

/**
 * Parses `dev-<n>/io_errors` into counts by name since the creation of the file system. The file contains each name again
 * with the count since a later time. These later counts are ignored.
 *
 *     IO errors since filesystem creation
 *       read:    18828
 *     IO errors since 8 y ago
 *       read:    7
 */
export function parseIoErrors(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  let isSinceCreation = false;
  const parseLine = (line: string): [string, number] | undefined => {
    if (line.startsWith('IO errors since ')) {
      isSinceCreation = line.startsWith('IO errors since filesystem creation');
      return undefined;
    }
    const [name, value] = splitAtColon(line);
    if (!isSinceCreation || value === '' || /\s/.test(value)) return undefined;
    return [name, parseUnsigned(value)];
  };
  return new Map(parseRows(splitLines(text), parseLine, report));
}

/** Returns the trimmed texts before and after the first colon of a line; two empty texts for a line without a colon. */
function splitAtColon(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return colon === -1 ? ['', ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}
