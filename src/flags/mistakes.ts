import { messageOf } from '../util/errors.ts';
import { UsageError } from './usage-error.ts';

/** Collects the errors of a configuration, so that one start reports all of them. Equal messages count once. */
export class Mistakes {
  readonly #errors = new Map<string, Error>();

  get isEmpty(): boolean {
    return this.#errors.size === 0;
  }

  /** Adds an error, or each of the errors that it consists of. */
  add(error: unknown): void {
    if (error instanceof UsageError) for (const mistake of error.mistakes) this.#add(mistake, new UsageError(mistake));
    else if (error instanceof AggregateError) for (const cause of error.errors) this.add(cause);
    else this.#add(messageOf(error), error instanceof Error ? error : new Error(String(error)));
  }

  #add(message: string, error: Error): void {
    if (!this.#errors.has(message)) this.#errors.set(message, error);
  }

  /** Returns the result of a check, or `undefined` if it throws: its error is a mistake. */
  attempt<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /**
   * @throws {UsageError} with all messages, if at least one mistake is a UsageError
   * @throws {Error} the only mistake
   * @throws {AggregateError} all mistakes
   */
  throwIfAny(): void {
    const [first, ...others] = this.#errors.values();
    if (first === undefined) return;
    const errors = [first, ...others];
    if (errors.some((error) => error instanceof UsageError)) throw new UsageError(...this.#errors.keys());
    throw others.length === 0 ? first : new AggregateError(errors, [...this.#errors.keys()].join('\n'));
  }
}
