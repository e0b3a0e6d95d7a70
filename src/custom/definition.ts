import type { Collector, CollectorDefinition } from '../collection/collector.ts';
import { type CustomCollector, withValidation } from './custom-collector.ts';

/** Pattern of a collector's name. The name is a part of flag names and the value of a label. */
const NAME = /^[a-zA-Z][\w-]*$/;

/**
 * Returns the definition of a custom collector for the configuration.
 *
 * @param candidate a custom collector or a result of `defineCollector()`. It is validated, because a module may be in
 *   JavaScript.
 * @param source the module or exporter that contains the collector, for messages
 * @throws {Error} if `candidate` is any other object; the message contains `source`
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

/** Returns whether a value is a result of `defineCollector()`. */
export function isDefinition(value: unknown): value is CollectorDefinition {
  return typeof value === 'object' && value !== null && 'create' in value && 'flags' in value;
}

/** @throws {Error} if the object is not a collector; the message contains `source` */
export function toCollector(candidate: object, source: string): Collector {
  const name = requireName(candidate, source);
  if (isCollector(candidate)) return { ...withValidation(candidate), source };
  throw new Error(`Cannot use collector ${name} of ${source}: expected a list of families and a function collect`);
}

function requireName(candidate: object, source: string): string {
  const name = 'name' in candidate ? candidate.name : undefined;
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new Error(`Cannot use ${source}: expected a collector name instead of ${JSON.stringify(name) ?? 'undefined'}`);
}

function isCollector(candidate: object): candidate is CustomCollector {
  if (!('families' in candidate) || !Array.isArray(candidate.families) || candidate.families.length === 0) return false;
  if (!candidate.families.every((family: unknown) => typeof family === 'object' && family !== null)) return false;
  return !('collect' in candidate) || candidate.collect === undefined || typeof candidate.collect === 'function';
}
