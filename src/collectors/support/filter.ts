/**
 * Returns the test that a pair of flags such as `--collector.hwmon.chip-include` and `--collector.hwmon.chip-exclude`
 * describes: it accepts names that the first matches, or names that the second does not match.
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
  /** `collector.diskstats.device-include` */
  readonly name: string;
  readonly value: RegExp | undefined;
}

/**
 * Returns the value of the only flag that is set, or `undefined` if none is.
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

/** As {@link createFilter}, but both flags may be set: then a name must match the first and must not match the second. */
export function createNarrowingFilter(
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  return (name) => !(exclude?.test(name) ?? false) && (include?.test(name) ?? true);
}

export interface DefaultedFilter {
  readonly include: PatternFlag;
  /** Its default applies unless one of the three flags is set. */
  readonly exclude: PatternFlag & { readonly byDefault: RegExp | undefined };
  /** The deprecated name of the exclude flag. */
  readonly ignored: PatternFlag;
}

/**
 * As {@link createFilter}, but the exclude flag has a default. The flag counts as set unless its value is the very object
 * that is the default: an equal pattern on the command line is a value like any other.
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
