import { parseKeyValues } from './lines.ts';

/**
 * `/proc/net/xfrm_stat`: a counter on each line, by name.
 *
 *     XfrmInError             	3
 *     XfrmOutStateExpired     	0
 *
 * https://docs.kernel.org/networking/xfrm_proc.html
 */
export function parseXfrmStat(text: string): ReadonlyMap<string, number> {
  return parseKeyValues(text);
}
