import { parseQuery } from './query.ts';

/**
 * Returns the names of the collectors that a scrape selects. `collect[]=cpu&collect[]=meminfo` selects only these
 * collectors. `exclude[]=nfs` selects all other collectors. Returns `undefined` if the scrape has none of these parameters.
 *
 * As in node_exporter, a scrape may exclude a collector that does not run. Therefore hosts with different collectors can
 * share one scrape configuration.
 *
 * @param url path and query of the request, not decoded
 * @param running names of the collectors that run in scrapes
 * @throws {RangeError} if the scrape has both parameters, or if a collector in `collect[]` does not run
 */
export function readCollectorFilter(url: string, running: readonly string[]): ReadonlySet<string> | undefined {
  const query = parseQuery(url);
  const collect = query.getAll('collect[]');
  const exclude = query.getAll('exclude[]');
  if (collect.length > 0 && exclude.length > 0) throw new RangeError('Cannot combine collect[] with exclude[]');
  for (const name of collect) {
    if (!running.includes(name)) throw new RangeError(`Cannot find running collector ${JSON.stringify(name)}`);
  }
  if (collect.length > 0) return new Set(collect);
  return exclude.length > 0 ? new Set(running.filter((name) => !exclude.includes(name))) : undefined;
}
