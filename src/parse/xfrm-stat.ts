import { linesOf, parseUnsigned, quote, wordsOf } from './lines.ts';

/**
 * `/proc/net/xfrm_stat`: a counter on each line, by name.
 *
 *     XfrmInError             	3
 *     XfrmOutStateExpired     	0
 *
 * https://docs.kernel.org/networking/xfrm_proc.html
 */
export function parseXfrmStat(text: string): ReadonlyMap<string, number> {
  return new Map(
    linesOf(text).map((line) => {
      const [name = '', value] = wordsOf(line);
      if (value === undefined) throw new SyntaxError(`unexpected line ${quote(line)}`);
      return [name, parseUnsigned(value)];
    }),
  );
}
