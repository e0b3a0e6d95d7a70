import { parseDigits, parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Major and minor number of a block device. */
export interface DeviceNumber {
  readonly major: string;
  readonly minor: string;
}

export interface DiskStats {
  /** Device number; `undefined` if its major or minor number is malformed. */
  readonly number: DeviceNumber | undefined;
  readonly device: string;
  /**
   * Counters in the order in which the kernel prints them. The number of counters is 11 before Linux 4.18, 15 from Linux
   * 4.18 to 5.4, and 17 since Linux 5.5. A malformed counter is `undefined`.
   */
  readonly values: readonly (number | undefined)[];
}

const KEYS = 3;
const MIN_VALUES = 11;
/** Number of counters of a partition before Linux 2.6.25. Such lines are skipped. */
const OLD_PARTITION_VALUES = 4;

/**
 * Parses `/proc/diskstats`. The file contains one line per disk or partition.
 *
 *     8       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530
 *
 * https://docs.kernel.org/admin-guide/iostats.html
 */
export function parseDiskstats(text: string, report: ReportProblem = raise): DiskStats[] {
  const parseLine = (line: string): DiskStats | undefined => {
    const [major = '', minor = '', device = '', ...values] = splitWords(line);
    if (values.length === OLD_PARTITION_VALUES) return undefined;
    if (values.length < MIN_VALUES) throw new SyntaxError(`expected ${KEYS + MIN_VALUES} columns in ${quote(line)}`);
    const hasNumber = isNumber(major) && isNumber(minor);
    if (!hasNumber) report(new SyntaxError(`expected the number of a device in ${quote(line)}`));
    return {
      number: hasNumber ? { major, minor } : undefined,
      device,
      values: values.map((value) => parseCounter(value, line, report)),
    };
  };
  return parseRows(splitLines(text), parseLine, report);
}

function parseCounter(word: string, line: string, report: ReportProblem): number | undefined {
  return parseDigits(word, 0, word.length) ?? tryParse(parseUnsigned, word, reportIn(line, report));
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
