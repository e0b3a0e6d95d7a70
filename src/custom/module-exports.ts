import type { CollectorDefinition } from '../collection/collector.ts';
import { isDefinition, toDefinition } from './definition.ts';

/**
 * Returns the definitions of the collectors that a module exports, in the alphabetical order of the export names. The
 * module exports collectors or results of `defineCollector()`.
 *
 * @throws {Error} if the module exports no collector or an incomplete collector; the message names the module
 */
export function exportedCollectors(exports: object, module: string): readonly CollectorDefinition[] {
  // A set, because a module may export the same collector under several names.
  const candidates = new Set(Object.values(exports).filter(resemblesCollector));
  if (candidates.size === 0) throw new Error(`Cannot use module ${module}: it exports no collector`);
  return [...candidates].map((candidate) => toDefinition(candidate, module));
}

/**
 * Returns whether an export is a collector, even an incomplete collector, which has to be rejected instead of ignored. An
 * instrument has a function `collect` too, and is no collector.
 */
function resemblesCollector(value: unknown): value is object {
  if (isDefinition(value)) return true;
  if (typeof value !== 'object' || value === null || 'type' in value) return false;
  return 'collect' in value || 'families' in value;
}
