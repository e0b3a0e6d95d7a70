import type { CollectorResult } from '../collection/pass.ts';
import { codeOf } from '../util/errors.ts';
import { type Log, RepeatFilter } from '../util/log.ts';

/** Logs why collectors fail, each reason at most once a minute. Reasons for absence are logged at level debug. */
export class CollectorLog {
  readonly #log: Log;
  readonly #repeats: RepeatFilter;

  constructor(log: Log, repeats = new RepeatFilter()) {
    this.#log = log;
    this.#repeats = repeats;
  }

  log({ collector, state, errors }: CollectorResult): void {
    if (state === 'ok') return;
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
