import type { CollectorDefinition } from '../collection/collector.ts';
import { isDefinition, toDefinition } from './definition.ts';

/**
 * The collectors that a module exports under whatever names, in the order of those: a collector, or the definition of one
 * that has flags.
 *
 * @throws {Error} that names the module, when it exports none, or one that lacks something
 */
export function collectorsOf(exported: object, module: string): readonly CollectorDefinition[] {
  const found = new Set(Object.values(exported).filter(isMeantAsCollector));
  if (found.size === 0) throw new Error(`Cannot use module ${module}: it exports no collector`);
  return [...found].map((candidate) => toDefinition(candidate, module));
}

/** Also what lacks something to be one: it is refused, not passed over. A family has no collect and no families. */
function isMeantAsCollector(value: unknown): value is object {
  return (
    isDefinition(value) || (typeof value === 'object' && value !== null && ('collect' in value || 'families' in value))
  );
}
