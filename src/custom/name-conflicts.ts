import type { CollectorDefinition } from '../collection/collector.ts';
import type { Flags } from '../flags/flag.ts';
import type { Mistakes } from '../flags/mistakes.ts';

export interface NameOptions {
  /** Name of the exporter, for messages. */
  readonly exporter: string;
  /** Flags of the exporter, without the flags of its collectors. */
  readonly programFlags: Flags;
}

/**
 * Returns the definitions without conflicts. A custom collector has a conflict if it declares a flag of the exporter or of
 * an earlier collector. Each conflict is a mistake. Its message contains the name of the collector, and the exporter or
 * module that already has the flag.
 */
export function withoutNameConflicts(
  definitions: readonly CollectorDefinition[],
  { exporter, programFlags }: NameOptions,
  mistakes: Mistakes,
): readonly CollectorDefinition[] {
  const users = new Map(
    Object.entries(programFlags).flatMap(([flag, { unlisted }]) => (unlisted ? [] : [[flag, exporter]])),
  );
  return definitions.filter((definition) => {
    const { name, source } = definition;
    const flags = flagNames(definition);
    const taken = flags.find((flag) => users.has(flag));
    if (source !== undefined && taken !== undefined) {
      mistakes.add(
        new Error(`Cannot run collector ${name} of ${source}: ${users.get(taken)} already has the flag --${taken}`),
      );
      return false;
    }
    for (const flag of flags) users.set(flag, source ?? exporter);
    return true;
  });
}

function flagNames({ name, flags }: CollectorDefinition): readonly string[] {
  return [`collector.${name}`, ...Object.keys(flags)];
}
