import type { Collector, CollectorDefinition } from '../collection/collector.ts';
import { type CustomCollector, checkedCollector } from './custom-collector.ts';

/** It stands in flags and in a label. */
const NAME = /^[a-zA-Z][\w-]*$/;

/**
 * A collector of one's own, or the definition of one that has flags, as a definition among ours.
 *
 * @param candidate what claims to be one: it may be JavaScript
 * @param source where it comes from
 * @throws {Error} that names the source, when it lacks something
 */
export function toDefinition(candidate: object, source: string): CollectorDefinition {
  if (isDefinition(candidate)) {
    requireName(candidate, source);
    return { ...candidate, source, create: (values) => toCollector(candidate.create(values), source) };
  }
  const collector = toCollector(candidate, source);
  const help = 'help' in candidate && typeof candidate.help === 'string' ? candidate.help : `Collector of ${source}`;
  return { name: collector.name, help, enabled: true, flags: {}, source, create: () => collector };
}

/** Whether something is what `defineCollector` makes. */
export function isDefinition(value: unknown): value is CollectorDefinition {
  return typeof value === 'object' && value !== null && 'create' in value && 'flags' in value;
}

/** @throws {Error} that names the source, when something is no collector */
export function toCollector(candidate: object, source: string): Collector {
  const name = requireName(candidate, source);
  if (isCollector(candidate)) return { ...checkedCollector(candidate), source };
  throw new Error(`Cannot use collector ${name} of ${source}: expected a list of families, and a function collect`);
}

function requireName(candidate: object, source: string): string {
  const name = 'name' in candidate ? candidate.name : undefined;
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new Error(`Cannot use ${source}: expected the name of a collector, not ${JSON.stringify(name) ?? 'none'}`);
}

function isCollector(candidate: object): candidate is CustomCollector {
  if (!('families' in candidate) || !Array.isArray(candidate.families) || candidate.families.length === 0) return false;
  if (!candidate.families.every((family: unknown) => typeof family === 'object' && family !== null)) return false;
  return !('collect' in candidate) || candidate.collect === undefined || typeof candidate.collect === 'function';
}
