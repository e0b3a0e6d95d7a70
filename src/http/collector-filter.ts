/** The query `collect[]=cpu&collect[]=meminfo` or `exclude[]=nfs`: which collectors a scrape is for. */

/**
 * @param url with its query, as the client sent it
 * @param running the collectors there are
 * @returns the collectors to run; `undefined` for all
 * @throws {RangeError} for both kinds at once, and for a collector that does not run
 */
export function readCollectorFilter(url: string, running: readonly string[]): ReadonlySet<string> | undefined {
  // Parsed here: what brackets in a name become depends on how Express is set up.
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const collect = query.getAll('collect[]');
  const exclude = query.getAll('exclude[]');
  if (collect.length > 0 && exclude.length > 0) throw new RangeError('Cannot combine collect[] with exclude[]');
  for (const name of [...collect, ...exclude]) {
    if (!running.includes(name)) throw new RangeError(`Cannot find collector ${JSON.stringify(name)}: it does not run`);
  }
  if (collect.length > 0) return new Set(collect);
  return exclude.length > 0 ? new Set(running.filter((name) => !exclude.includes(name))) : undefined;
}
