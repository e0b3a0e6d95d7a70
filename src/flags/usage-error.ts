/** Mistakes in a command line or configuration. The program prints each mistake on its own line and exits with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly mistakes: readonly string[];

  /** @param mistakes one line for each mistake. At least one mistake is required. */
  constructor(...mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
