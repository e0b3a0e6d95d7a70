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

/** fetch() throws a TypeError "fetch failed" whose cause holds the reason. Other errors hold it in their message. */
function messageWithCause({ name, message, cause }: Error): string {
  if (name !== 'TypeError' || !(cause instanceof Error)) return message;
  // The cause has an empty message if a host has several addresses and the connection to each of them failed.
  return `${message}: ${cause.message || codeOf(cause)}`;
}

/**
 * Replaces the numbers inside quotes, which hold lines of kernel files: the counters in a malformed line change with every
 * read, and the line is still the same. Numbers outside of quotes are parts of paths and stay.
 */
function withoutQuotedNumbers(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => quoted.replaceAll(/\w*\d\w*/g, '0'));
}
