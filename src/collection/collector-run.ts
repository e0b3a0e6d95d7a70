import { AbsentError, type Host } from '../host/host.ts';
import type { Convention } from '../metrics/metric.ts';
import type { Collector } from './collector.ts';
import type { CollectorResult } from './pass.ts';
import { SampleBuffer } from './sample-buffer.ts';

/**
 * Maximum number of reported errors that a run stores. A host with a thousand faulty devices has a thousand errors in each
 * pass, and the first errors are enough for a log.
 */
const MAX_REPORTED = 100;

/** One run of one collector in one pass. */
export class CollectorRun {
  readonly collector: Collector;
  readonly #startedAt = performance.now();
  readonly #buffer: SampleBuffer;
  /** Errors that the collector reported before it continued. */
  readonly #reported: Error[] = [];
  #settled: Promise<void> = Promise.resolve();
  #result: CollectorResult | undefined;

  private constructor(collector: Collector, buffer: SampleBuffer) {
    this.collector = collector;
    this.#buffer = buffer;
  }

  /** Calls the collector. A collector that returns no promise has ended when this method returns. */
  static start(collector: Collector, host: Host, buffer: SampleBuffer): CollectorRun {
    const run = new CollectorRun(collector, buffer);
    run.#start(host);
    return run;
  }

  /** Returns a failed run, for a collector whose previous run has not ended. */
  static rejectOverlap(collector: Collector, convention: Convention): CollectorRun {
    const run = new CollectorRun(collector, new SampleBuffer(convention));
    run.#fail(new Error(`Cannot run collector ${collector.name}: its last run has not ended`));
    return run;
  }

  /** Resolves when the collector has ended, even if it has failed. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Result of the collector; `undefined` until the collector has ended. */
  get result(): CollectorResult | undefined {
    return this.#result;
  }

  /**
   * Returns the result of a collector that has not ended by the deadline. The state is `failed`, and the families contain
   * the samples so far.
   */
  timedOut(): CollectorResult {
    const collector = this.collector.name;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const error = new Error(`Cannot finish collector ${collector}: no result after ${seconds.toFixed(1)} s`);
    return {
      collector,
      state: 'failed',
      seconds,
      errors: [...this.#reported, ...this.#buffer.errors, error],
      families: this.#buffer.snapshot(),
    };
  }

  #start(host: Host): void {
    try {
      const hostOfRun = host.forCollector((error) => this.#report(error));
      const running = this.collector.collect(hostOfRun, this.#buffer.emit, this.#buffer);
      if (running instanceof Promise) {
        this.#settled = running.then(
          () => this.#end('ok'),
          (error: unknown) => this.#fail(error),
        );
        return;
      }
      this.#end('ok');
    } catch (error) {
      this.#fail(error);
    }
  }

  #report(error: Error): void {
    if (this.#reported.length < MAX_REPORTED) this.#reported.push(error);
  }

  #fail(error: unknown): void {
    if (error instanceof AbsentError) {
      this.#end('absent', error);
      return;
    }
    const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    for (const cause of causes) this.#report(cause instanceof Error ? cause : new Error(String(cause)));
    this.#end('failed');
  }

  /**
   * Ends the run. The state is `failed` if the collector reported an error, even if it ended with an {@link AbsentError}.
   */
  #end(state: CollectorResult['state'], absence?: AbsentError): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const collector = this.collector.name;
    const families = this.#buffer.finish();
    for (const error of this.#buffer.errors) this.#report(error);
    if (this.#reported.length > 0) {
      this.#result = { collector, state: 'failed', seconds, errors: this.#reported, families };
      return;
    }
    this.#result = { collector, state, seconds, errors: absence === undefined ? [] : [absence], families };
  }
}
