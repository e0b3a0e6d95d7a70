import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';

export interface DiskStats {
  readonly major: string;
  readonly minor: string;
  readonly device: string;
  /** Counters in the order of the kernel: 11 counters before Linux 4.18, 15 before 5.5, 17 since 5.5. */
  readonly values: readonly number[];
}

const KEYS = 3;
const MIN_VALUES = 11;
/** Kernels before 2.6.25 print four other counters for a partition. */
const OLD_PARTITION_VALUES = 4;

/**
 * Parses `/proc/diskstats`, one line per disk or partition:
 *
 *     8       0 sda 5082 1390 303854 2086 11298 9402 281752 8841 0 7268 11530
 *
 * https://docs.kernel.org/admin-guide/iostats.html
 */
export function parseDiskstats(text: string): DiskStats[] {
  return splitLines(text).flatMap((line) => {
    const [major = '', minor = '', device = '', ...values] = splitWords(line);
    if (values.length === OLD_PARTITION_VALUES) return [];
    if (values.length < MIN_VALUES || !isNumber(major) || !isNumber(minor)) {
      throw new SyntaxError(`expected ${KEYS + MIN_VALUES} columns in ${quote(line)}`);
    }
    return [{ major, minor, device, values: values.map(parseUnsigned) }];
  });
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}
