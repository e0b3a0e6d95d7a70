import { messageOf } from '../util/errors.ts';
import { UsageError } from './usage-error.ts';

/** Collects the errors of a configuration, so that the user sees all errors at once. Equal messages are shown once. */
export class Mistakes {
  readonly #errors = new Map<string, Error>();

  get isEmpty(): boolean {
    return this.#errors.size === 0;
  }

  /** Adds an error. For a UsageError or an AggregateError, adds each mistake or error in it. */
  add(error: unknown): void {
    if (error instanceof UsageError) for (const mistake of error.mistakes) this.#add(mistake, new UsageError(mistake));
    else if (error instanceof AggregateError) for (const cause of error.errors) this.add(cause);
    else this.#add(messageOf(error), error instanceof Error ? error : new Error(String(error)));
  }

  #add(message: string, error: Error): void {
    if (!this.#errors.has(message)) this.#errors.set(message, error);
  }

  /** Returns the result of a check. If the check throws, adds the error and returns `undefined`. */
  attempt<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /**
   * @throws {UsageError} with the messages of all mistakes, if at least one of them is a UsageError
   * @throws {Error} the mistake, if it is the only one
   * @throws {AggregateError} with all mistakes otherwise
   */
  throwIfAny(): void {
    const [first, ...others] = this.#errors.values();
    if (first === undefined) return;
    const errors = [first, ...others];
    if (errors.some((error) => error instanceof UsageError)) throw new UsageError(...this.#errors.keys());
    throw others.length === 0 ? first : new AggregateError(errors, [...this.#errors.keys()].join('\n'));
  }
}
