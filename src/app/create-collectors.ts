import type { Collector } from '../collection/collector.ts';
import type { Config } from '../config/config.ts';
import type { Mistakes } from '../flags/mistakes.ts';
import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';

/** Creates the enabled collectors. Adds a mistake for each collector that cannot be created. */
export function createCollectors({ collectors, flagValues }: Config, mistakes: Mistakes): readonly Collector[] {
  const created: Collector[] = [];
  for (const { source, create } of collectors) {
    try {
      created.push(create(flagValues));
    } catch (error) {
      // A collector without a source belongs to this program, and throws an error only for invalid flags.
      mistakes.add(source === undefined ? new UsageError(messageOf(error)) : error);
    }
  }
  return created;
}
