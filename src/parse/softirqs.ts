import { findCpuHeading } from './interrupts.ts';
import { quote, splitLines } from './lines.ts';
import { parseColumns, parseRows, type ReportProblem, raise } from './rows.ts';

export interface Softirqs {
  /** Numbers of the possible CPUs. */
  readonly cpus: readonly string[];
  /** Counts by name of the softirq, such as `TIMER`: one count per CPU, `undefined` if malformed. */
  readonly counts: ReadonlyMap<string, readonly (number | undefined)[]>;
}

/**
 * Parses `/proc/softirqs`, a table with a column per possible CPU:
 *
 *                 CPU0       CPU1
 *       HI:          7          1
 *
 * https://man7.org/linux/man-pages/man5/proc_softirqs.5.html
 *
 * @param wanted the names of the wanted softirqs
 */
export function parseSoftirqs(text: string, wanted: ReadonlySet<string>, report: ReportProblem = raise): Softirqs {
  const { cpus, rows } = findCpuHeading(splitLines(text));
  const parseRow = (line: string): [string, readonly (number | undefined)[]] | undefined => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim();
    if (!wanted.has(name)) return undefined;
    const counts = parseColumns(line, colon + 1, report);
    if (counts.length !== cpus.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
    return [name, counts];
  };
  return { cpus, counts: new Map(parseRows(rows, parseRow, report)) };
}
