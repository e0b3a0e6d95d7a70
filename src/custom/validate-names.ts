import type { CollectorDefinition } from '../collection/collector.ts';
import type { Flags } from '../flags/flag.ts';

/**
 * Every collector of one's own has its name, and the flags that come of it, for itself.
 *
 * @param flags of the exporter without its collectors
 * @throws {Error} for the first that has not, with the places of both
 */
export function validateNames(definitions: readonly CollectorDefinition[], exporter: string, flags: Flags): void {
  const owners = new Map(Object.entries(flags).flatMap(([flag, { unlisted }]) => (unlisted ? [] : [[flag, exporter]])));
  for (const definition of definitions) {
    const { source = exporter } = definition;
    for (const flag of flagNames(definition)) {
      const owner = owners.get(flag);
      if (owner !== undefined && definition.source !== undefined) {
        throw new Error(`Cannot run collector ${definition.name} of ${source}: ${owner} has --${flag}`);
      }
    }
    for (const flag of flagNames(definition)) owners.set(flag, source);
  }
}

function flagNames({ name, flags }: CollectorDefinition): readonly string[] {
  return [`collector.${name}`, ...Object.keys(flags)];
}
