import { NINE, parseHex, quote, splitLines, splitWords, ZERO } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Packet statistics of one CPU since boot. A counter that the kernel does not print is 0, as in node_exporter; a malformed
 * counter is `undefined`.
 */
export interface SoftnetStat {
  readonly cpu: string;
  readonly processed: number | undefined;
  readonly dropped: number | undefined;
  /** Number of times that the CPU stopped although packets were left, because its time or its budget was used up. */
  readonly squeezed: number | undefined;
  readonly collisions: number | undefined;
  readonly receivedRps: number | undefined;
  readonly flowLimited: number | undefined;
  /** Number of packets that wait to be processed. */
  readonly backlog: number | undefined;
}

/** Number of hexadecimal digits of an unsigned 32-bit integer. */
const MAX_DIGITS = 8;
const MIN_COLUMNS = 9;
const CPU_COLUMN = 12;
/** First and last of the columns in which the kernel always prints 0. */
const [FIRST_UNUSED, LAST_UNUSED] = [3, 7];

/**
 * Parses `/proc/net/softnet_stat`, a line per online CPU without headings. Newer kernels print more columns. If a line
 * has no column for the CPU number, the index of the line is used instead.
 *
 *     00049279 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002
 *
 * `softnet_seq_show()` in https://elixir.bootlin.com/linux/latest/source/net/core/net-procfs.c
 */
export function parseSoftnetStat(text: string, report: ReportProblem = raise): readonly SoftnetStat[] {
  const lines = splitLines(text).filter((line) => ROW.test(line));
  if (lines.length === 0) throw new SyntaxError(`expected hexadecimal numbers in ${quote(text)}`);
  return parseRows(
    lines,
    (line, index) => toStat(scanColumns(line) ?? parseColumns(line, report), line, index),
    report,
  );
}

/** Matches the line of a CPU: the kernel prints each number with eight digits. */
const ROW = /(^|\s)[0-9a-f]{8}(\s|$)/i;

function toStat(columns: readonly (number | undefined)[], line: string, index: number): SoftnetStat {
  const hasCpu = columns.length > CPU_COLUMN;
  const cpu = hasCpu ? columns[CPU_COLUMN] : index;
  if (columns.length < MIN_COLUMNS || cpu === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const [processed, dropped, squeezed, , , , , , collisions] = columns;
  const at = (column: number): number | undefined => (column < columns.length ? columns[column] : 0);
  return {
    cpu: String(cpu),
    processed,
    dropped,
    squeezed,
    collisions,
    receivedRps: at(9),
    flowLimited: at(10),
    // As in node_exporter, the backlog is 0 for a line without the column of the CPU number.
    backlog: hasCpu ? columns[11] : 0,
  };
}

function parseColumns(line: string, report: ReportProblem): readonly (number | undefined)[] {
  return splitWords(line).map((word, column) => {
    const isUnused = column > CPU_COLUMN || (column >= FIRST_UNUSED && column <= LAST_UNUSED);
    return isUnused ? undefined : tryParse(parseU32, word, reportIn(line, report));
  });
}

function parseU32(word: string): number {
  if (word.length > MAX_DIGITS) throw new SyntaxError(`expected ${MAX_DIGITS} digits, got ${quote(word)}`);
  return parseHex(word);
}

/**
 * Returns the hexadecimal numbers of a line, or `undefined` if the line contains other text. Works character by
 * character, because the file of a host with 256 CPUs contains 3,840 numbers.
 */
function scanColumns(line: string): readonly number[] | undefined {
  const columns: number[] = [];
  let [column, digits] = [0, 0];
  for (let index = 0; index <= line.length; index += 1) {
    const digit = index === line.length ? undefined : digitAt(line, index);
    if (digit !== undefined) {
      column = column * 16 + digit;
      digits += 1;
    } else if (digits > MAX_DIGITS || (index < line.length && !BLANKS.includes(line.charAt(index)))) {
      return undefined;
    } else if (digits > 0) {
      columns.push(column);
      [column, digits] = [0, 0];
    }
  }
  return columns;
}

const BLANKS = ' \t';
const [UPPER_A, LOWER_A] = [65, 97];

function digitAt(line: string, index: number): number | undefined {
  const code = line.charCodeAt(index);
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code - (code >= LOWER_A ? LOWER_A : UPPER_A);
  return letter >= 0 && letter < 6 ? letter + 10 : undefined;
}
