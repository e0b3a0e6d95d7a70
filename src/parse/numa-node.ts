import { BYTES_PER_KIB, parseUnsigned, quote, requireContent, splitLines } from './lines.ts';
import { parseKeyValues, parseRows, type ReportProblem, raise } from './rows.ts';

/**
 * Parses `/sys/devices/system/node/node<n>/meminfo` into values by name; values in `kB` are converted to bytes.
 *
 *     Node 0 MemTotal:       134182340 kB
 *     Node 0 HugePages_Total:     0
 *
 * https://docs.kernel.org/admin-guide/mm/numaperf.html
 */
export function parseNodeMeminfo(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  const parseField = (line: string): [string, number] => {
    const [, name, number, unit] = /^Node \d+ ([^:]+):\s*(\d+)( kB)?\s*$/.exec(line) ?? [];
    if (name === undefined || number === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
    return [name, parseUnsigned(number) * (unit === undefined ? 1 : BYTES_PER_KIB)];
  };
  requireContent(text, 'a line such as "Node 0 MemTotal: 134182340 kB"');
  return new Map(parseRows(splitLines(text), parseField, report));
}

/**
 * Parses `/sys/devices/system/node/node<n>/numastat`: `numa_hit 193460335812`.
 *
 * https://docs.kernel.org/admin-guide/numastat.html
 */
export function parseNumastat(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  requireContent(text, 'a line such as "numa_hit 193460335812"');
  return parseKeyValues(text, report);
}
