import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

const POWERS = 'KMGTPE';

/** A number as the kernel shortens it for people: `2.05G`, `28.2k`, `512`. What it cut off is lost. */
export function parseHumanNumber(text: string): number {
  const trimmed = text.trim();
  const [, digits, unit = ''] = /^(\d{1,20}(?:\.\d{1,20})?)([kKmMgGtTpPeE]?)$/.exec(trimmed) ?? [];
  if (digits === undefined) throw new SyntaxError(`expected a number, got ${quote(trimmed)}`);
  return Math.trunc(Number(digits) * 1024 ** (POWERS.indexOf(unit.toUpperCase()) + (unit === '' ? 0 : 1)));
}

/**
 * counters/btree_node_read: what was counted since the file system was made
 *
 * ```
 * since mount:                   10566234
 * since filesystem creation:     70225874
 * ```
 */
export function parseCounter(text: string): number | undefined {
  const value = /^since filesystem creation:(.*)$/m.exec(text)?.[1];
  if (value !== undefined) return parseHumanNumber(value);
  if (text.startsWith('since mount:')) return undefined;
  throw new SyntaxError(`expected two counts in ${quote(text)}`);
}

export interface Compression {
  readonly algorithm: string;
  readonly compressed: number;
  readonly uncompressed: number;
}

/** compression_stats: `zstd                    226G            603G                    115k`, below a line of titles */
export function parseCompressionStats(text: string): Compression[] {
  return rowsOf(text).map(([algorithm, compressed, uncompressed]) => ({
    algorithm,
    compressed: parseHumanNumber(compressed),
    uncompressed: parseHumanNumber(uncompressed),
  }));
}

export interface BtreeWrites {
  readonly type: string;
  readonly count: number;
  readonly averageBytes: number;
}

/** btree_write_stats: `initial:           3298401   100k`, below a line of titles */
export function parseBtreeWriteStats(text: string): BtreeWrites[] {
  return rowsOf(text).map(([type, count, size]) => ({
    type,
    count: parseUnsigned(count),
    averageBytes: parseHumanNumber(size),
  }));
}

/** The first three words of each line but the first; a colon after the name is not part of it. */
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

/** errors: `bset_bad_csum                                   2       1767112063`, a count and when it was last seen */
export function parseErrors(text: string): ReadonlyMap<string, number> {
  const errors = new Map<string, number>();
  for (const line of splitLines(text)) {
    const [name, count] = splitWords(line);
    if (name !== undefined && count !== undefined) errors.set(name, parseUnsigned(count));
  }
  return errors;
}

export interface Done {
  readonly operation: string;
  readonly dataType: string;
  readonly bytes: number;
}

/** dev-0/io_done: `btree       :     8912896`, below `read:` and `write:` */
export function parseIoDone(text: string): Done[] {
  const done: Done[] = [];
  let operation: string | undefined;
  for (const line of splitLines(text)) {
    const [, name = '', value = ''] = /^\s*([^:]*?)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (value === '') operation = name === 'read' || name === 'write' ? name : operation;
    else if (operation !== undefined) done.push({ operation, dataType: name, bytes: parseUnsigned(value) });
  }
  return done;
}

/** dev-0/io_errors: `  read:    18828`, below `IO errors since filesystem creation`, and once more since something else */
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
