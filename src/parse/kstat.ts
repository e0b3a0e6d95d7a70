import { parseDecimal, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Type numbers of 64-bit integers, from `include/os/linux/spl/sys/kstat.h` of OpenZFS. Rows of other types are skipped. */
const INT64 = '3';
const UINT64 = '4';

/** Numbers by name, such as `hits`. */
export type Kstats = ReadonlyMap<string, number>;

/**
 * Parses a table of named numbers such as `/proc/spl/kstat/zfs/arcstats`:
 *
 *     13 1 0x01 147 39984 3957128432 6215447289231
 *     name                            type data
 *     hits                            4    1272316
 *     memory_available_bytes          3    -923480064
 *
 * https://openzfs.github.io/openzfs-docs/Performance%20and%20Tuning/Module%20Parameters.html
 */
export function parseKstats(text: string, report: ReportProblem = raise): Kstats {
  const parseRow = (line: string): [string, number] | undefined => {
    const [name, type, data = ''] = splitWords(line);
    if (name === undefined || !NAME.test(name)) return undefined;
    if (type === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    if (type === UINT64) return [name, parseUnsigned(data)];
    return type === INT64 ? [name, parseDecimal(data)] : undefined;
  };
  return new Map(parseRows(splitRows(text), parseRow, report));
}

/** Matches the names of the kernel's numbers. Other rows are skipped. */
const NAME = /^[A-Za-z][\w.-]*$/;

export interface DatasetKstats {
  readonly dataset: string;
  readonly numbers: Kstats;
}

/**
 * Parses `/proc/spl/kstat/zfs/<pool>/objset-0x36`: a table as for {@link parseKstats}, plus a row with the name of the
 * dataset, which may contain blanks.
 *
 *     name                            type data
 *     dataset_name                    7    tank/home of ann
 *     writes                          4    4
 */
export function parseDatasetKstats(text: string, report: ReportProblem = raise): DatasetKstats {
  const dataset = /^dataset_name +\d+ +(.+)$/m.exec(text)?.[1];
  if (dataset === undefined) throw new SyntaxError(`expected a dataset_name in ${quote(text)}`);
  return { dataset, numbers: parseKstats(text, report) };
}

function splitRows(text: string): string[] {
  const lines = splitLines(text);
  const header = lines.findIndex((line) => /^name +type +data *$/.test(line));
  if (header < 0) throw new SyntaxError(`expected a line "name type data" in ${quote(text)}`);
  return lines.slice(header + 1);
}

/**
 * Parses `/proc/spl/kstat/zfs/<pool>/io` of ZFS before 2.1: a line of names and a line of numbers.
 *
 *     12 3 0x00 1 80 79205351707403 395818011156865
 *     nread    nwritten reads    writes   wtime    …
 *     1884160  3206144  22       132      7155162  …
 */
export function parsePoolIo(text: string, report: ReportProblem = raise): Kstats {
  const lines = splitLines(text);
  const heading = lines.findIndex((line) => line.startsWith('nread '));
  const names = splitWords(lines[heading] ?? '');
  // The next line with the same number of words contains the numbers.
  const values = lines.slice(heading + 1).find((line) => splitWords(line).length === names.length) ?? '';
  if (names.length === 0 || values === '') {
    throw new SyntaxError(`expected names and as many numbers in ${quote(text)}`);
  }
  const numbers = splitWords(values).map((word) => tryParse(parseUnsigned, word, reportIn(values, report)));
  return new Map(
    names.flatMap((name, index): [string, number][] => {
      const number = numbers[index];
      return number === undefined || !NAME.test(name) ? [] : [[name, number]];
    }),
  );
}
