import type { Pass } from '../../collection/pass.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import type { FamilySamples } from '../../metrics/samples.ts';
import { seriesNames, TARGET_INFO } from '../../metrics/series-names.ts';

/**
 * Returns a pass without the external families that have a series name of another family: a family of the exporter, or an
 * earlier external family. Prometheus rejects an exposition that contains a name twice.
 *
 * @param options.nameOf function that returns the name of a family in the output
 * @param options.onConflict called with the name of each family that is left out
 */
export function withoutNameConflicts(
  pass: Pass,
  { nameOf, onConflict }: { nameOf: (family: AnyFamily) => string; onConflict: (name: string) => void },
): Pass {
  if (!pass.families.some(({ family }) => family.external)) return pass;
  const taken = new Set([TARGET_INFO]);
  const claim = (family: AnyFamily): void => {
    for (const series of seriesNames(nameOf(family), family.type)) taken.add(series);
  };
  for (const { family } of pass.families) {
    if (!family.external) claim(family);
  }
  const families: FamilySamples[] = [];
  for (const familySamples of pass.families) {
    const { family } = familySamples;
    if (family.external && seriesNames(nameOf(family), family.type).some((series) => taken.has(series))) {
      onConflict(family.name);
      continue;
    }
    if (family.external) claim(family);
    families.push(familySamples);
  }
  return { ...pass, families };
}

/** Maximum number of names to warn about: other programs may use new names in each pass. */
const MAX_WARNINGS = 1000;

/** Returns a function that calls `warn` once for each name, because a conflict usually occurs in every pass. */
export function warnOnce(warn: (name: string) => void): (name: string) => void {
  const warned = new Set<string>();
  return (name) => {
    if (warned.has(name) || warned.size >= MAX_WARNINGS) return;
    warned.add(name);
    warn(name);
  };
}
