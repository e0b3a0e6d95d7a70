import { parseKeyValues } from './rows.ts';

/**
 * Parses `/proc/net/xfrm_stat`, a name and a counter on each line.
 *
 *     XfrmInError             	3
 *     XfrmOutStateExpired     	0
 *
 * https://docs.kernel.org/networking/xfrm_proc.html
 */
export function parseXfrmStat(text: string): ReadonlyMap<string, number> {
  return parseKeyValues(text);
}
