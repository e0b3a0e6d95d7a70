import type { CollectorDefinition } from '../collection/collector.ts';
import { isDefinition, toDefinition } from './definition.ts';

/**
 * Returns the definitions of the collectors that a module exports, in the alphabetical order of the export names. An export
 * may be a collector or a result of `defineCollector()`.
 *
 * @throws {Error} if the module exports no collector or an incomplete collector; the message contains the name of the
 *   module
 */
export function exportedCollectors(exports: object, module: string): readonly CollectorDefinition[] {
  // A set removes duplicates: a module may export the same collector under several names.
  const candidates = new Set(Object.values(exports).filter(resemblesCollector));
  if (candidates.size === 0) throw new Error(`Cannot use module ${module}: it exports no collector`);
  return [...candidates].map((candidate) => toDefinition(candidate, module));
}

/**
 * Returns whether an export is meant to be a collector. An incomplete collector counts, so that it is rejected and not
 * ignored. An instrument does not count, although it has a function `collect` too.
 */
function resemblesCollector(value: unknown): value is object {
  if (isDefinition(value)) return true;
  if (typeof value !== 'object' || value === null || 'type' in value) return false;
  return 'collect' in value || 'families' in value;
}
