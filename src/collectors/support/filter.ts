/**
 * Returns a filter for a pair of flags such as `--collector.hwmon.chip-include` and `--collector.hwmon.chip-exclude`. The
 * filter accepts names that match `include` or, if `exclude` is set, names that do not match `exclude`.
 *
 * @param prefix the common start of the two flags: `collector.hwmon.chip`
 * @throws {Error} if both flags are set
 */
export function createFilter(
  prefix: string,
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  requireAtMostOne([
    { name: `${prefix}-include`, value: include },
    { name: `${prefix}-exclude`, value: exclude },
  ]);
  if (include !== undefined) return (name) => include.test(name);
  if (exclude !== undefined) return (name) => !exclude.test(name);
  return () => true;
}

/** A flag whose value is a regular expression. */
export interface PatternFlag {
  /** Name of the flag without the leading dashes: `collector.diskstats.device-include`. */
  readonly name: string;
  readonly value: RegExp | undefined;
}

/**
 * Returns the value of the only flag that is set, or `undefined` if no flag is set.
 *
 * @throws {Error} if more than one flag is set
 */
export function requireAtMostOne(flags: readonly PatternFlag[]): RegExp | undefined {
  const [first, second] = flags.filter(({ value }) => value !== undefined);
  if (first !== undefined && second !== undefined) {
    throw new Error(`Cannot use --${first.name} and --${second.name} together`);
  }
  return first?.value;
}

/**
 * Returns a filter for two flags that may both be set. The filter accepts names that match `include` and do not match
 * `exclude`.
 */
export function createNarrowingFilter(
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  return (name) => !(exclude?.test(name) ?? false) && (include?.test(name) ?? true);
}

export interface DefaultedFilter {
  readonly include: PatternFlag;
  /** Exclude flag with the default `byDefault`, which applies unless one of the three flags is set. */
  readonly exclude: PatternFlag & { readonly byDefault: RegExp | undefined };
  /** Flag with the deprecated name of the exclude flag. */
  readonly ignored: PatternFlag;
}

/**
 * Returns a filter like {@link createFilter}, for an exclude flag with a default. The exclude flag counts as set unless its
 * value is the same object as the default. An equal pattern on the command line is another object and counts as set.
 *
 * @throws {Error} if more than one of the three flags is set
 */
export function createDefaultedFilter({ include, exclude, ignored }: DefaultedFilter): (name: string) => boolean {
  const isExcludeSet = exclude.value !== exclude.byDefault;
  requireAtMostOne([include, ...(isExcludeSet ? [exclude] : []), ignored]);
  const included = include.value;
  if (included !== undefined) return (name) => included.test(name);
  const excluded = ignored.value ?? exclude.value;
  return (name) => !(excluded?.test(name) ?? false);
}
