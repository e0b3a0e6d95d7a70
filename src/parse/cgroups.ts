import { parseUnsigned, quote, requireContent, splitLines, splitWords } from './lines.ts';
import { parseRows, type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/** A cgroup controller. A malformed number is `undefined`. */
export interface CgroupController {
  readonly name: string;
  readonly cgroups: number | undefined;
  /** 1 if the controller is enabled, 0 if it is disabled. */
  readonly enabled: number | undefined;
}

/**
 * Parses `/proc/cgroups`. The file contains one line per controller.
 *
 *     #subsys_name	hierarchy	num_cgroups	enabled
 *     memory	4	22	1
 *
 * https://man7.org/linux/man-pages/man7/cgroups.7.html
 */
export function parseCgroups(text: string, report: ReportProblem = raise): readonly CgroupController[] {
  const parseController = (line: string): CgroupController | undefined => {
    if (line.startsWith('#')) return undefined;
    const [name, , cgroups, enabled] = splitWords(line);
    if (name === undefined || cgroups === undefined || enabled === undefined) {
      throw new SyntaxError(`unexpected line ${quote(line)}`);
    }
    const parseNumber = (word: string): number | undefined => tryParse(parseUnsigned, word, reportIn(line, report));
    return { name, cgroups: parseNumber(cgroups), enabled: parseNumber(enabled) };
  };
  requireContent(text, 'headings');
  return parseRows(splitLines(text), parseController, report);
}
