import { quote } from './lines.ts';
import { parseRows, type ReportProblem, raise } from './rows.ts';

/** Upper limit of CPU numbers. In every architecture, the maximum of CONFIG_NR_CPUS is smaller. */
const MAX_CPUS = 65_536;

/**
 * Parses a list of CPUs such as `0-3,8` in `/sys/devices/system/cpu/online`. If the list is empty, the file contains an
 * empty line.
 *
 * https://docs.kernel.org/admin-guide/cputopology.html
 */
export function parseCpuList(text: string, report: ReportProblem = raise): readonly number[] {
  const ranges = text
    .trim()
    .split(',')
    .filter((part) => part !== '');
  let count = 0;
  const parsePart = (part: string): readonly number[] => {
    const { from, to } = parseRange(part);
    count += to - from + 1;
    // A list that repeats `0-65535` contains 8,000 numbers for each of its bytes.
    if (count > MAX_CPUS) throw new SyntaxError(`expected at most ${MAX_CPUS} CPUs in ${quote(text)}`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  };
  return parseRows(ranges, parsePart, report).flat();
}

function parseRange(part: string): { readonly from: number; readonly to: number } {
  const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from <= to && to < MAX_CPUS)) throw new SyntaxError(`expected a range of CPUs, got ${quote(part)}`);
  return { from, to };
}
