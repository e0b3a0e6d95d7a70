import type { Collector, CollectorDefinition } from '../collection/collector.ts';
import { checkedCollector, type OwnCollector } from './custom-collector.ts';

/** It stands in flags and in a label. */
const NAME = /^[a-zA-Z][\w-]*$/;

/**
 * A collector of one's own, or the definition of one that has flags, as a definition among ours.
 *
 * @param candidate what claims to be one: it may be JavaScript
 * @param place where it comes from
 * @throws {Error} that names the place, when it lacks something
 */
export function toDefinition(candidate: object, place: string): CollectorDefinition {
  if (isDefinition(candidate)) {
    requireName(candidate, place);
    return { ...candidate, place, create: (values) => toCollector(candidate.create(values), place) };
  }
  const collector = toCollector(candidate, place);
  const help = 'help' in candidate && typeof candidate.help === 'string' ? candidate.help : `Collector of ${place}`;
  return { name: collector.name, help, enabled: true, flags: {}, place, create: () => collector };
}

/** Whether something is what `defineCollector` makes. */
export function isDefinition(value: unknown): value is CollectorDefinition {
  return typeof value === 'object' && value !== null && 'create' in value && 'flags' in value;
}

/** @throws {Error} that names the place, when something is no collector */
export function toCollector(candidate: object, place: string): Collector {
  const name = requireName(candidate, place);
  if (isCollector(candidate)) return { ...checkedCollector(candidate), place };
  throw new Error(`Cannot use collector ${name} of ${place}: expected a list of families, and a function collect`);
}

function requireName(candidate: object, place: string): string {
  const name = 'name' in candidate ? candidate.name : undefined;
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new Error(`Cannot use ${place}: expected the name of a collector, not ${JSON.stringify(name) ?? 'none'}`);
}

function isCollector(candidate: object): candidate is OwnCollector {
  if (!('families' in candidate) || !Array.isArray(candidate.families) || candidate.families.length === 0) return false;
  if (!candidate.families.every((family: unknown) => typeof family === 'object' && family !== null)) return false;
  return !('collect' in candidate) || candidate.collect === undefined || typeof candidate.collect === 'function';
}
