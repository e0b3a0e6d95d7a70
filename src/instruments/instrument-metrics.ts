import type { SelfMetrics } from '../collection/pass.ts';
import type { Emit } from '../metrics/metric.ts';
import type { EmitValidated, Instrument } from './instrument.ts';

/** The instruments of a program, in every pass with the values at its end. */
export class InstrumentMetrics implements SelfMetrics {
  readonly families: readonly Instrument[];

  constructor(instruments: readonly Instrument[]) {
    this.families = instruments;
    for (const instrument of instruments) instrument.initialize();
  }

  report(emit: Emit): void {
    // An instrument validates value and labels at every change.
    for (const instrument of this.families) instrument.collect(emit as EmitValidated);
  }
}
