/** Helpers for files with independent rows. A malformed row is reported and left out; the other rows are still parsed. */
import { findLineEnd, parseCountFile, parseUnsigned, quote, scanCounts, splitLines, splitWords } from './lines.ts';

/** Receives the error of a row or number that a parser leaves out. The parser returns everything else in the file. */
export type ReportProblem = (problem: SyntaxError) => void;

/** Throws the error. This is the default `report` of every parser, for callers that accept only a file without errors. */
export function raise(problem: SyntaxError): never {
  throw problem;
}

/**
 * Returns the results of `parseRow` for all rows. If `parseRow` throws a `SyntaxError`, the row is reported and left out. If
 * `parseRow` returns `undefined`, the row is left out without a report, because no caller needs it.
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

/**
 * Calls `visit` with the start and the end of each non-empty line, beginning at position `from`. If `visit` throws a
 * `SyntaxError`, the line is reported.
 */
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

/** Returns `parse(text)`. If `parse` throws a `SyntaxError`, reports it and returns `undefined`. */
export function tryParse<T>(parse: (text: string) => T, text: string, report: ReportProblem): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    reportRow(report, text, error);
    return undefined;
  }
}

/**
 * Returns a callback for the errors of the numbers in a row. The callback adds the row to the message and reports the error.
 */
export function reportIn(row: string, report: ReportProblem): ReportProblem {
  return (problem) => reportRow(report, row, problem);
}

/** Parses columns of unsigned integers. A malformed column is reported, and its number in the result is `undefined`. */
export function parseColumns(line: string, start: number, report: ReportProblem): (number | undefined)[] {
  const { counts, end } = scanCounts(line, start);
  if (end === line.length) return counts;
  const rest = splitWords(line.slice(end)).map((word) => tryParse(parseCountFile, word, reportIn(line, report)));
  return [...counts, ...rest];
}

/** Parses lines that contain a name and a number that is not negative: `commits 258051`. */
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

/** Reports the error of a row. Adds the row to the message, so that the log shows the whole line and not only the number. */
function reportRow(report: ReportProblem, row: string, error: unknown): void {
  if (!(error instanceof SyntaxError)) throw error;
  const quoted = quote(row);
  report(error.message.includes(quoted) ? error : new SyntaxError(`${error.message} in ${quoted}`, { cause: error }));
}
