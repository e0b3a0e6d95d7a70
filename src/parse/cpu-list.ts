import { quote } from './lines.ts';

/** Above what CONFIG_NR_CPUS allows on any architecture. */
const MOST_CPUS = 65_536;

/**
 * A list of CPUs in sysfs: `0-3,8`, `%*pbl` of the kernel. An empty one is an empty line.
 * https://docs.kernel.org/admin-guide/cputopology.html
 */
export function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap(parseRange);
}

function parseRange(part: string): readonly number[] {
  const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from <= to && to < MOST_CPUS)) throw new SyntaxError(`expected a range of CPUs, got ${quote(part)}`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
