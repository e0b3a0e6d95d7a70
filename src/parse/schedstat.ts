import { parseUnsigned, quote, scanCounts, selectLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** Scheduler statistics of one CPU since boot; `undefined` for a malformed number. */
export interface Schedstat {
  readonly cpu: string;
  readonly runningNanoseconds: number | undefined;
  readonly waitingNanoseconds: number | undefined;
  readonly timeslices: number | undefined;
}

/** Number of columns in the versions 15 to 17 of the format (Linux 2.6.39 to 7.0). Metrics need the last three columns. */
const COLUMNS = 9;
const SCHEDSTAT = /^(version|cpu)/m;

/**
 * Parses the CPU lines of `/proc/schedstat`: `cpu0 0 0 0 0 0 0 2045936778163039 343796328169361 4767485306`.
 *
 * https://docs.kernel.org/scheduler/sched-stats.html
 */
export function parseSchedstat(text: string, report: ReportProblem = raise): readonly Schedstat[] {
  if (!SCHEDSTAT.test(text)) throw new SyntaxError(`expected a line "version", got ${quote(text)}`);
  return parseRows(selectLines(text, 'cpu'), (line) => parseCpu(line, report), report);
}

function parseCpu(line: string, report: ReportProblem): Schedstat | undefined {
  const blank = line.indexOf(' ');
  const cpu = line.slice('cpu'.length, blank);
  if (!/^\d/.test(line.slice('cpu'.length))) return undefined;
  if (blank === -1 || !/^\d{1,6}$/.test(cpu)) throw new SyntaxError(`unexpected line ${quote(line)}`);
  const [runningNanoseconds, waitingNanoseconds, timeslices] = parseColumns(line, blank, report).slice(COLUMNS - 3);
  return { cpu, runningNanoseconds, waitingNanoseconds, timeslices };
}

function parseColumns(line: string, start: number, report: ReportProblem): readonly (number | undefined)[] {
  const { counts } = scanCounts(line, start, COLUMNS);
  if (counts.length === COLUMNS) return counts;
  const words = splitWords(line.slice(start)).slice(0, COLUMNS);
  if (words.length < COLUMNS) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return words.map((word, index) =>
    index < COLUMNS - 3 ? undefined : tryParse(parseUnsigned, word, reportIn(line, report)),
  );
}
