import type { Collector } from '../collection/collector.ts';
import { AbsentError, type Host } from '../host/host.ts';
import { type Instrument, isInstrument } from '../instruments/instrument.ts';
import type { AnyFamily, Emit } from '../metrics/metric.ts';
import { ValidatingEmitter, type ValidatingRun } from './validating-emit.ts';

/**
 * A user-defined collector. In every pass, its method `collect` reads values and emits them. Then its instruments emit
 * their values. A collector without `collect` has only instruments.
 *
 * @example
 * export const queue: Collector = {
 *   name: 'queue',
 *   families: [depth],
 *   async collect(host, emit) {
 *     for (const { name, jobs } of await fetchQueues(host.remaining)) emit(depth, jobs, { queue: name });
 *   },
 * };
 */
export interface CustomCollector {
  /**
   * Name of the collector: letters, digits, `_` and `-`; the first character is a letter. It is the value of the label
   * `collector` in `node_scrape_collector_success`. It is also the name in `--no-collector.<name>` and `collect[]=<name>`.
   */
  readonly name: string;
  /** Description for `--help`, in one line and without a full stop. */
  readonly help?: string;
  /** All families that the collector may emit, in the order of the exposition. The list must not be empty. */
  readonly families: readonly AnyFamily[];
  /**
   * Called once in every pass. A sample is dropped if its family is not declared, its labels or its value are invalid, or
   * its series is a duplicate. The reason is then logged, and the collector counts as failed. All other samples are
   * reported, even if `collect` throws an error.
   *
   * @param host reads files of the host; `host.remaining` is the time until the deadline in milliseconds
   * @param emit adds a sample to the pass; has no effect after the returned promise has settled
   * @throws {AbsentError} if the host lacks the file, device or feature that the collector reads; does not count as a
   *   failure
   * @throws {Error} for any other problem; the error is logged, and the collector counts as failed
   */
  collect?(host: Host, emit: Emit): void | Promise<void>;
}

/**
 * Converts a custom collector to a collector for the gatherer. The result validates every sample of the custom collector.
 */
export function withValidation(collector: CustomCollector): Collector {
  const { name, families } = collector;
  const instruments = families.filter(isInstrument);
  const emitter = new ValidatingEmitter(families);
  if (collector.collect === undefined) for (const instrument of instruments) instrument.initialize();
  return {
    name,
    families,
    isInProcess: collector.collect === undefined,
    collect(host, _emit, buffer) {
      const run = emitter.startRun(buffer);
      try {
        const collecting = collector.collect?.(host, run.emit);
        if (collecting instanceof Promise) {
          return collecting.then(
            () => finish(run, instruments),
            (error: unknown) => finish(run, instruments, [error]),
          );
        }
      } catch (error) {
        return finish(run, instruments, [error]);
      }
      return finish(run, instruments);
    },
  };
}

/**
 * Emits the instruments and ends the run. This also happens if `collect` has thrown an error.
 *
 * @throws {AbsentError} if `collect` has thrown this error and there is no other error
 * @throws {AggregateError} with all errors, if there are other errors
 */
function finish(run: ValidatingRun, instruments: readonly Instrument[], thrown: readonly unknown[] = []): void {
  for (const instrument of instruments) instrument.collect(run.emit);
  const errors = [...thrown, ...run.end()];
  if (errors.length === 0) return;
  const [first] = errors;
  throw errors.length === 1 && first instanceof AbsentError ? first : new AggregateError(errors.flatMap(causesOf));
}

function causesOf(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}
