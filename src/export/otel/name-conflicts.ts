import type { Pass, Reading } from '../../collection/gatherer.ts';
import type { AnyFamily } from '../../metrics/metric.ts';
import { seriesNames, TARGET_INFO } from '../../metrics/series-names.ts';

/**
 * A page names each family once, and a scraper that finds a name twice may drop the whole page: another program's
 * family gives way to ours, and to one that came before it.
 *
 * @param nameOf the name of a family on the page
 * @param onConflict told of each family that is left out
 */
export function withoutConflicts(
  pass: Pass,
  { nameOf, onConflict }: { nameOf: (family: AnyFamily) => string; onConflict: (name: string) => void },
): Pass {
  if (!pass.readings.some(({ family }) => family.foreign)) return pass;
  const taken = new Set([TARGET_INFO]);
  const claim = (family: AnyFamily): void => {
    for (const series of seriesNames(nameOf(family), family.type)) taken.add(series);
  };
  for (const { family } of pass.readings) {
    if (!family.foreign) claim(family);
  }
  const readings: Reading[] = [];
  for (const reading of pass.readings) {
    const { family } = reading;
    if (family.foreign && seriesNames(nameOf(family), family.type).some((series) => taken.has(series))) {
      onConflict(family.name);
      continue;
    }
    if (family.foreign) claim(family);
    readings.push(reading);
  }
  return { ...pass, readings };
}

const MOST_SAID = 1000;

/** Of families that are left out again and again. */
export function sayOnce(say: (name: string) => void): (name: string) => void {
  const said = new Set<string>();
  return (name) => {
    if (said.has(name) || said.size >= MOST_SAID) return;
    said.add(name);
    say(name);
  };
}
