import { parseUnsigned, quote, splitLines, splitWords } from './lines.ts';
import { type ReportProblem, raise, reportIn, tryParse } from './rows.ts';

/**
 * Parses the wanted counters of `/proc/net/xfrm_stat`, a name and a counter on each line.
 *
 *     XfrmInError             	3
 *     XfrmOutStateExpired     	0
 *
 * https://docs.kernel.org/networking/xfrm_proc.html
 *
 * @returns counters by name, `undefined` for a malformed number
 */
export function parseXfrmStat(
  text: string,
  wanted: ReadonlySet<string>,
  report: ReportProblem = raise,
): ReadonlyMap<string, number | undefined> {
  const counters = new Map<string, number | undefined>();
  for (const line of splitLines(text)) {
    const [name = '', value = ''] = splitWords(line);
    if (wanted.has(name)) counters.set(name, tryParse(parseUnsigned, value, reportIn(line, report)));
  }
  // Every kernel prints some of the counters.
  if (counters.size === 0) throw new SyntaxError(`expected a line such as "XfrmInError 3" in ${quote(text)}`);
  return counters;
}
