import { queryOf } from './query.ts';

/**
 * Which collectors a scrape is for: the query `collect[]=cpu&collect[]=meminfo` or `exclude[]=nfs`.
 *
 * @param url with its query, as the client sent it
 * @param running the collectors there are
 * @returns the collectors to run; `undefined` for all
 * @throws {RangeError} for both kinds at once, and for a collector that does not run
 */
export function readCollectorFilter(url: string, running: readonly string[]): ReadonlySet<string> | undefined {
  const query = queryOf(url);
  const collect = query.getAll('collect[]');
  const exclude = query.getAll('exclude[]');
  if (collect.length > 0 && exclude.length > 0) throw new RangeError('Cannot combine collect[] with exclude[]');
  for (const name of [...collect, ...exclude]) {
    if (!running.includes(name)) throw new RangeError(`Cannot find collector ${JSON.stringify(name)}: it does not run`);
  }
  if (collect.length > 0) return new Set(collect);
  return exclude.length > 0 ? new Set(running.filter((name) => !exclude.includes(name))) : undefined;
}
