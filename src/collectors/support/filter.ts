/**
 * Returns a test for names from a pair of flags such as `--collector.hwmon.chip-include` and
 * `--collector.hwmon.chip-exclude`. If the include flag is set, the test accepts names that match it. If the exclude flag
 * is set, the test accepts names that do not match it. Otherwise it accepts all names.
 *
 * @param prefix common prefix of the two flags: `collector.hwmon.chip`
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
  /** Name of the flag: `collector.diskstats.device-include`. */
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

/** Like {@link createFilter}, but both flags may be set. A name must then match `include` and must not match `exclude`. */
export function createNarrowingFilter(
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  return (name) => !(exclude?.test(name) ?? false) && (include?.test(name) ?? true);
}

export interface DefaultedFilter {
  readonly include: PatternFlag;
  /** The default of this flag applies unless one of the three flags is set. */
  readonly exclude: PatternFlag & { readonly byDefault: RegExp | undefined };
  /** The deprecated name of the exclude flag. */
  readonly ignored: PatternFlag;
}

/**
 * Like {@link createFilter}, but the exclude flag has a default. The flag counts as set unless its value is the same
 * object as the default: a pattern from the command line is another object, even if it is equal.
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
