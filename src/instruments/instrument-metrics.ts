import type { Description } from '../collection/gatherer.ts';
import type { Emit } from '../metrics/metric.ts';
import type { EmitAny, KeptFamily } from './instrument.ts';

/** The families that a program keeps itself: on every page, as they are when its pass ends. */
export class KeptMetrics implements Description {
  readonly families: readonly KeptFamily[];

  constructor(families: readonly KeptFamily[]) {
    this.families = families;
    for (const family of families) family.begin();
  }

  describe(emit: Emit): void {
    // What is kept has been checked when it was counted.
    for (const family of this.families) family.emitKept(emit as EmitAny);
  }
}
