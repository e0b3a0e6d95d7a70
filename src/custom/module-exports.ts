import type { CollectorDefinition } from '../collection/collector.ts';
import { isDefinition, toDefinition } from './definition.ts';

/**
 * Returns the collectors among the exports of a module, in the alphabetical order of the export names. An export is a
 * collector or a result of `defineCollector()`.
 *
 * @throws {Error} with the module, if it exports no collector or an incomplete one
 */
export function exportedCollectors(exports: object, module: string): readonly CollectorDefinition[] {
  // A set: a module may export one collector under several names.
  const candidates = new Set(Object.values(exports).filter(resemblesCollector));
  if (candidates.size === 0) throw new Error(`Cannot use module ${module}: it exports no collector`);
  return [...candidates].map((candidate) => toDefinition(candidate, module));
}

/** Incomplete collectors count, so that they are rejected and not ignored. Families have neither property. */
function resemblesCollector(value: unknown): value is object {
  return (
    isDefinition(value) || (typeof value === 'object' && value !== null && ('collect' in value || 'families' in value))
  );
}
