import type { SelfMetrics } from '../collection/pass.ts';
import type { Emit } from '../metrics/metric.ts';
import type { EmitValidated, Instrument } from './instrument.ts';

/** Reports the instruments of a program in every pass. The reported values are those at the end of the pass. */
export class InstrumentMetrics implements SelfMetrics {
  readonly families: readonly Instrument[];

  constructor(instruments: readonly Instrument[]) {
    this.families = instruments;
    for (const instrument of instruments) instrument.initialize();
  }

  report(emit: Emit): void {
    // An instrument validates values and labels when the program changes them, so no second check is needed.
    for (const instrument of this.families) instrument.collect(emit as EmitValidated);
  }
}
