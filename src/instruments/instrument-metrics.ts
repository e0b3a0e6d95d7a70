import type { SelfMetrics } from '../collection/pass.ts';
import type { Emit } from '../metrics/metric.ts';
import type { EmitValidated, Instrument } from './instrument.ts';

/** Reports the instruments of a program in every pass, with their values at the end of the pass. */
export class InstrumentMetrics implements SelfMetrics {
  readonly families: readonly Instrument[];

  constructor(instruments: readonly Instrument[]) {
    this.families = instruments;
    for (const instrument of instruments) instrument.initialize();
  }

  report(emit: Emit): void {
    // An instrument has already validated values and labels when the program changed them.
    for (const instrument of this.families) instrument.collect(emit as EmitValidated);
  }
}
