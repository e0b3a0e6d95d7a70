import type { SelfMetrics } from '../collection/pass.ts';
import type { Emit } from '../metrics/metric.ts';
import type { EmitValidated, Instrument } from './instrument.ts';

/** The families that a program keeps itself: on every page, as they are when its pass ends. */
export class InstrumentMetrics implements SelfMetrics {
  readonly families: readonly Instrument[];

  constructor(families: readonly Instrument[]) {
    this.families = families;
    for (const family of families) family.initialize();
  }

  report(emit: Emit): void {
    // What is kept has been checked when it was counted.
    for (const family of this.families) family.collect(emit as EmitValidated);
  }
}
