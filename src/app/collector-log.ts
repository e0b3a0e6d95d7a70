import type { CollectorResult } from '../collection/pass.ts';
import { codeOf } from '../util/errors.ts';
import { type Log, RepeatFilter } from '../util/log.ts';

/**
 * Logs why collectors fail, each reason at most once a minute. If the host lacks what a collector reads, the reason is
 * logged at level debug, and once as a warning if a flag enables the collector.
 */
export class CollectorLog {
  readonly #log: Log;
  readonly #repeats: RepeatFilter;
  /** Names of the collectors that a flag enables and whose absence has not been logged as a warning yet. */
  readonly #requested: Set<string>;

  /** @param requested names of the collectors that a flag enables */
  constructor(log: Log, repeats = new RepeatFilter(), requested: Iterable<string> = []) {
    this.#log = log;
    this.#repeats = repeats;
    this.#requested = new Set(requested);
  }

  log({ collector, state, errors }: CollectorResult): void {
    if (state === 'ok') return;
    if (state === 'absent' && this.#requested.delete(collector)) {
      const reasons = errors.map(messageWithCause).join('; ');
      this.#log.warn({ collector }, `Collector ${collector} is absent on this host: ${reasons}`);
      return;
    }
    for (const error of errors) {
      const message = messageWithCause(error);
      if (!this.#repeats.isDue(`${collector} ${withoutQuotedNumbers(message)}`)) continue;
      if (state === 'absent') this.#log.debug({ collector }, message);
      else this.#log.error({ collector }, message);
    }
  }
}

/**
 * Returns the message of an error. For the TypeError "fetch failed" of fetch(), adds the cause, which contains the reason.
 */
function messageWithCause({ name, message, cause }: Error): string {
  if (name !== 'TypeError' || !(cause instanceof Error)) return message;
  // The message of the cause is empty if the server has several addresses and the connection to each address failed.
  return `${message}: ${cause.message || codeOf(cause)}`;
}

/**
 * Replaces the numbers inside quotes by 0, so that the same malformed line of a kernel file counts as a repetition although
 * its counters change with every read. Numbers outside of quotes are parts of paths and remain.
 */
function withoutQuotedNumbers(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => quoted.replaceAll(/\w*\d\w*/g, '0'));
}
