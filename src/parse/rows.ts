/** Tables whose rows are independent: a row that a parser cannot parse costs that row and not the file. */
import { findLineEnd, parseCountFile, parseUnsigned, quote, scanCounts, splitLines, splitWords } from './lines.ts';

/** Called with the problem of a row or number that a parser leaves out. The parser returns all the rest of the file. */
export type ReportProblem = (problem: SyntaxError) => void;

/** The default of every parser, for callers that accept a file only as a whole. */
export function raise(problem: SyntaxError): never {
  throw problem;
}

/**
 * Returns the result for each row. A row for which `parseRow` throws a `SyntaxError` is reported, and a row for which it
 * returns `undefined` is none that a caller needs.
 */
export function parseRows<T>(
  rows: Iterable<string>,
  parseRow: (row: string, index: number) => T | undefined,
  report: ReportProblem,
): T[] {
  const results: T[] = [];
  let index = 0;
  for (const row of rows) {
    try {
      const result = parseRow(row, index);
      if (result !== undefined) results.push(result);
    } catch (error) {
      reportRow(report, row, error);
    }
    index += 1;
  }
  return results;
}

/** Calls `visit` with the start and the end of each line after a position, as forEachLine() of lines.ts. A line for which `visit` throws a `SyntaxError` is reported. */
export function visitRows(
  text: string,
  visit: (start: number, end: number) => void,
  report: ReportProblem,
  from = 0,
): void {
  for (let start = from; start < text.length; ) {
    const end = findLineEnd(text, start);
    try {
      if (end > start) visit(start, end);
    } catch (error) {
      reportRow(report, text.slice(start, end), error);
    }
    start = end + 1;
  }
}

/** Returns `parse(text)`, or `undefined` for a text that `parse` rejects. */
export function tryParse<T>(parse: (text: string) => T, text: string, report: ReportProblem): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    reportRow(report, text, error);
    return undefined;
  }
}

/** Returns a callback that adds the row to problems of its numbers. */
export function reportIn(row: string, report: ReportProblem): ReportProblem {
  return (problem) => reportRow(report, row, problem);
}

/** As parseCounts() of lines.ts, with `undefined` for each column that is not an unsigned integer. */
export function parseColumns(line: string, start: number, report: ReportProblem): (number | undefined)[] {
  const { counts, end } = scanCounts(line, start);
  if (end === line.length) return counts;
  const rest = splitWords(line.slice(end)).map((word) => tryParse(parseCountFile, word, reportIn(line, report)));
  return [...counts, ...rest];
}

/** Parses lines of a name and a number that is not negative: `commits 258051`. */
export function parseKeyValues(text: string, report: ReportProblem = raise): ReadonlyMap<string, number> {
  return new Map(
    parseRows(
      splitLines(text),
      (line): [string, number] => {
        const [name, value, more] = splitWords(line);
        if (name === undefined || value === undefined || more !== undefined) {
          throw new SyntaxError(`unexpected line ${quote(line)}`);
        }
        return [name, parseUnsigned(value)];
      },
      report,
    ),
  );
}

/** Reports the error of a parser of rows with the row, so that a log names the line and not only the number. */
function reportRow(report: ReportProblem, row: string, error: unknown): void {
  if (!(error instanceof SyntaxError)) throw error;
  const quoted = quote(row);
  report(error.message.includes(quoted) ? error : new SyntaxError(`${error.message} in ${quoted}`, { cause: error }));
}
