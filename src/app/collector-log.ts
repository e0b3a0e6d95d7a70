import type { CollectorResult } from '../collection/pass.ts';
import { codeOf } from '../util/errors.ts';
import { type Log, RepeatFilter } from '../util/log.ts';

/** Says why collectors fail, each reason at most once a minute; what the machine does not have is said at debug only. */
export class CollectorLog {
  readonly #log: Log;
  readonly #repeats: RepeatFilter;

  constructor(log: Log, repeats = new RepeatFilter()) {
    this.#log = log;
    this.#repeats = repeats;
  }

  observe({ collector, state, errors }: CollectorResult): void {
    if (state === 'ok') return;
    for (const error of errors) {
      const message = reasonOf(error);
      if (!this.#repeats.isDue(`${collector} ${withoutNumbers(message)}`)) continue;
      if (state === 'absent') this.#log.debug({ collector }, message);
      else this.#log.error({ collector }, message);
    }
  }
}

/** fetch() says that it failed, and only its cause says why. Ours have in their message all that there is to say. */
function reasonOf({ name, message, cause }: Error): string {
  if (name !== 'TypeError' || !(cause instanceof Error)) return message;
  // Of a host with several addresses all that were tried failed, and no message says so.
  return `${message}: ${cause.message || codeOf(cause)}`;
}

/** A damaged line that also counts is another text each time, and still the same line: what is quoted counts without its numbers. */
function withoutNumbers(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => quoted.replaceAll(/\w*\d\w*/g, '0'));
}
