import { messageOf } from '../util/errors.ts';
import { UsageError } from './usage-error.ts';

/** Collects the errors of a configuration, so that the user sees all errors at once. Equal messages are shown only once. */
export class Mistakes {
  readonly #errors = new Map<string, Error>();

  get isEmpty(): boolean {
    return this.#errors.size === 0;
  }

  /** Adds an error. A UsageError or an AggregateError contains several errors, and each of them is added. */
  add(error: unknown): void {
    if (error instanceof UsageError) for (const mistake of error.mistakes) this.#add(mistake, new UsageError(mistake));
    else if (error instanceof AggregateError) for (const cause of error.errors) this.add(cause);
    else this.#add(messageOf(error), error instanceof Error ? error : new Error(String(error)));
  }

  #add(message: string, error: Error): void {
    if (!this.#errors.has(message)) this.#errors.set(message, error);
  }

  /** Calls `check` and returns its result. If `check` throws an error, adds the error and returns `undefined`. */
  attempt<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /**
   * @throws {UsageError} if at least one mistake is a UsageError; contains the messages of all mistakes
   * @throws {Error} if there is only one mistake; this mistake itself
   * @throws {AggregateError} in all other cases; contains all mistakes
   */
  throwIfAny(): void {
    const [first, ...others] = this.#errors.values();
    if (first === undefined) return;
    const errors = [first, ...others];
    if (errors.some((error) => error instanceof UsageError)) throw new UsageError(...this.#errors.keys());
    throw others.length === 0 ? first : new AggregateError(errors, [...this.#errors.keys()].join('\n'));
  }
}
