/**
 * What a pair of flags such as `--collector.hwmon.chip-include` and `--collector.hwmon.chip-exclude` lets through: names
 * that the first matches, or that the second does not.
 *
 * @param prefix what the flags' names begin with: `collector.hwmon.chip`
 * @throws {Error} when both are set
 */
export function deviceFilter(
  prefix: string,
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  if (include !== undefined && exclude !== undefined) {
    throw new Error(`Cannot use --${prefix}-include and --${prefix}-exclude together`);
  }
  if (include !== undefined) return (name) => include.test(name);
  if (exclude !== undefined) return (name) => !exclude.test(name);
  return () => true;
}
