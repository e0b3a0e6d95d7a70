/** Bad usage: one line for the operator, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
