import type { Collector } from '../collection/collector.ts';
import { AbsentError, type Host } from '../host/host.ts';
import { type Instrument, isInstrument } from '../instruments/instrument.ts';
import type { AnyFamily, Emit } from '../metrics/metric.ts';
import { ValidatingEmitter, type ValidatingRun } from './validating-emit.ts';

/**
 * A collector of one's own. Without `collect` it has only families whose values the program keeps (`inc`, `observe`,
 * `set`); with it, what they keep is emitted after what it emits.
 */
export interface CustomCollector {
  /** The value of the `collector` label and of `--collector.<name>`. */
  readonly name: string;
  /** One line for `--help`. */
  readonly help?: string;
  /** Every family it can emit, in the order of the page. */
  readonly families: readonly AnyFamily[];
  collect?(host: Host, emit: Emit): void | Promise<void>;
}

/**
 * The same collector among ours: what it emits is checked. What is refused is left out, all else stays, and the collector
 * has failed.
 */
export function checkedCollector(own: CustomCollector): Collector {
  const { name, families } = own;
  const kept = families.filter(isInstrument);
  const checked = new ValidatingEmitter(families);
  if (own.collect === undefined) for (const family of kept) family.initialize();
  return {
    name,
    families,
    isInProcess: own.collect === undefined,
    collect(host, _emit, buffer) {
      const run = checked.startRun(buffer);
      try {
        const collecting = own.collect?.(host, run.emit);
        if (collecting instanceof Promise) {
          return collecting.then(
            () => finish(run, kept),
            (error: unknown) => finish(run, kept, [error]),
          );
        }
      } catch (error) {
        return finish(run, kept, [error]);
      }
      return finish(run, kept);
    },
  };
}

/** What the program keeps is there also when a collector fails. */
function finish(run: ValidatingRun, kept: readonly Instrument[], thrown: readonly unknown[] = []): void {
  for (const family of kept) family.collect(run.emit);
  const errors = [...thrown, ...run.end()];
  if (errors.length === 0) return;
  const [first] = errors;
  // That the machine has no such thing is no failure.
  throw errors.length === 1 && first instanceof AbsentError ? first : new AggregateError(errors.flatMap(causesOf));
}

function causesOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
