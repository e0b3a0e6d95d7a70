import type { CollectorDefinition } from '../collection/collector.ts';
import type { Flags } from '../flags/flag.ts';

/**
 * Checks that each flag of a custom collector, including `--collector.<name>`, has a name that no other collector and no
 * flag of the program has.
 *
 * @param exporter name of the exporter, for messages
 * @param programFlags flags of the exporter without those of its collectors
 * @throws {Error} for the first conflict; the message names the collector and the other user of the flag
 */
export function validateNames(
  definitions: readonly CollectorDefinition[],
  exporter: string,
  programFlags: Flags,
): void {
  const users = new Map(
    Object.entries(programFlags).flatMap(([flag, { unlisted }]) => (unlisted ? [] : [[flag, exporter]])),
  );
  for (const definition of definitions) {
    const { source = exporter } = definition;
    for (const flag of flagNames(definition)) {
      const user = users.get(flag);
      if (user !== undefined && definition.source !== undefined) {
        throw new Error(`Cannot run collector ${definition.name} of ${source}: ${user} already has the flag --${flag}`);
      }
    }
    for (const flag of flagNames(definition)) users.set(flag, source);
  }
}

function flagNames({ name, flags }: CollectorDefinition): readonly string[] {
  return [`collector.${name}`, ...Object.keys(flags)];
}
