import type { Pass } from '../../collection/pass.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import type { FamilySamples } from '../../metrics/samples.ts';
import { seriesNames, TARGET_INFO } from '../../metrics/series-names.ts';

/**
 * A page names each family once, and a scraper that finds a name twice may drop the whole page: another program's
 * family gives way to ours, and to one that came before it.
 *
 * @param nameOf the name of a family on the page
 * @param onConflict told of each family that is left out
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
  for (const reading of pass.families) {
    const { family } = reading;
    if (family.external && seriesNames(nameOf(family), family.type).some((series) => taken.has(series))) {
      onConflict(family.name);
      continue;
    }
    if (family.external) claim(family);
    families.push(reading);
  }
  return { ...pass, families };
}

const MOST_SAID = 1000;

/** Of families that are left out again and again. */
export function warnOnce(say: (name: string) => void): (name: string) => void {
  const said = new Set<string>();
  return (name) => {
    if (said.has(name) || said.size >= MOST_SAID) return;
    said.add(name);
    say(name);
  };
}
