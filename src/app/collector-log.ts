import type { CollectorResult } from '../collection/pass.ts';
import { codeOf } from '../util/errors.ts';
import { type Log, RepeatFilter } from '../util/log.ts';

/**
 * Logs why collectors fail, each reason at most once a minute. If the host lacks the file, device or feature of a
 * collector, the reason is logged at level debug. It is also logged once as a warning if the user has enabled the
 * collector.
 */
export class CollectorLog {
  readonly #log: Log;
  readonly #createRepeats: () => RepeatFilter;
  /** The repeat filter of each collector, so that a collector with many errors does not suppress errors of the others. */
  readonly #repeats = new Map<string, RepeatFilter>();
  /** Names of collectors that the user has enabled, and whose absence has not yet been logged as a warning. */
  readonly #requested: Set<string>;

  /** @param requested names of the collectors that the user has enabled */
  constructor(log: Log, createRepeats = createFilter, requested: Iterable<string> = []) {
    this.#log = log;
    this.#createRepeats = createRepeats;
    this.#requested = new Set(requested);
  }

  log({ collector, state, errors }: CollectorResult): void {
    if (state === 'ok') return;
    if (state === 'absent' && this.#requested.delete(collector)) {
      const reasons = errors.map(messageWithCause).join('; ');
      this.#log.warn({ collector }, `Collector ${collector} is absent on this host: ${reasons}`);
      return;
    }
    const repeats = this.#repeats.get(collector) ?? this.#createRepeats();
    this.#repeats.set(collector, repeats);
    for (const error of errors) {
      const message = messageWithCause(error);
      if (!repeats.isDue(withoutQuotedNumbers(message))) continue;
      if (state === 'absent') this.#log.debug({ collector }, message);
      else this.#log.error({ collector }, message);
    }
  }
}

/** Maximum number of different messages of a collector in a minute. */
const MAX_MESSAGES = 100;

function createFilter(): RepeatFilter {
  return new RepeatFilter({ maxMessages: MAX_MESSAGES });
}

/**
 * Returns the message of an error. The message of fetch()'s TypeError ("fetch failed") contains no reason, so the message
 * of the cause is added.
 */
function messageWithCause({ name, message, cause }: Error): string {
  if (name !== 'TypeError' || !(cause instanceof Error)) return message;
  // The message of the cause is empty if the server has several addresses and no connection succeeded.
  return `${message}: ${cause.message || codeOf(cause)}`;
}

/**
 * Replaces each number inside quotes by 0. The quotes contain a malformed line of a kernel file, whose counters change with
 * every read. The replacement makes the messages equal, so that they count as repetitions. Numbers outside of quotes are
 * parts of paths and remain.
 */
function withoutQuotedNumbers(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.?)*(?:"|$)/gs, (quoted) =>
    quoted.replaceAll(/\w+/g, (word) => (/\d/.test(word) ? '0' : word)),
  );
}
