/** An error in the command line or configuration. The program prints the message in one line and exits with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
