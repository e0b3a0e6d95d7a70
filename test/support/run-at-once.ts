import { type ExpositionFamily, parseExposition } from '../../src/formats/exposition.ts';
import { type ReportProblem, raise } from '../../src/parse/rows.ts';
import type { Steps } from '../../src/util/slices.ts';

/** Runs all steps of a task at once. */
export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Parses an exposition text at once. By default, the first bad line is thrown. */
export function parseExpositionAtOnce(text: string, report: ReportProblem = raise): readonly ExpositionFamily[] {
  return runAtOnce(parseExposition(text, report));
}
