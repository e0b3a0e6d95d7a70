/**
 * What a pair of flags such as `--collector.hwmon.chip-include` and `--collector.hwmon.chip-exclude` lets through: names
 * that the first matches, or that the second does not.
 *
 * @param prefix what the flags' names begin with: `collector.hwmon.chip`
 * @throws {Error} when both are set
 */
export function createFilter(
  prefix: string,
  include: RegExp | undefined,
  exclude: RegExp | undefined,
): (name: string) => boolean {
  atMostOne([
    { name: `${prefix}-include`, value: include },
    { name: `${prefix}-exclude`, value: exclude },
  ]);
  if (include !== undefined) return (name) => include.test(name);
  if (exclude !== undefined) return (name) => !exclude.test(name);
  return () => true;
}

/** A flag and the expression it has. */
export interface PatternFlag {
  /** `collector.diskstats.device-include` */
  readonly name: string;
  readonly value: RegExp | undefined;
}

/**
 * The value of the one among some flags that is given.
 *
 * @throws {Error} when two of them are
 */
export function atMostOne(flags: readonly PatternFlag[]): RegExp | undefined {
  const [first, second] = flags.filter(({ value }) => value !== undefined);
  if (first !== undefined && second !== undefined) {
    throw new Error(`Cannot use --${first.name} and --${second.name} together`);
  }
  return first?.value;
}

/** As {@link createFilter}, where both flags may be given: names that the first matches and the second does not. */
export function narrowingFilter(include: RegExp | undefined, exclude: RegExp | undefined): (name: string) => boolean {
  return (name) => !(exclude?.test(name) ?? false) && (include?.test(name) ?? true);
}

export interface DefaultedFilter {
  readonly include: PatternFlag;
  /** Its default holds unless it is given itself, or another of the three is. */
  readonly exclude: PatternFlag & { readonly byDefault: RegExp | undefined };
  /** What the exclude flag was called once. */
  readonly ignored: PatternFlag;
}

/**
 * As {@link createFilter}, where the exclude flag has a default. A value that comes from nobody is the default itself,
 * the same object; one that is written alike is not.
 *
 * @throws {Error} when two of the flags are given
 */
export function createDefaultedFilter({ include, exclude, ignored }: DefaultedFilter): (name: string) => boolean {
  const isExcludeGiven = exclude.value !== exclude.byDefault;
  atMostOne([include, ...(isExcludeGiven ? [exclude] : []), ignored]);
  const included = include.value;
  if (included !== undefined) return (name) => included.test(name);
  const excluded = ignored.value ?? exclude.value;
  return (name) => !(excluded?.test(name) ?? false);
}
