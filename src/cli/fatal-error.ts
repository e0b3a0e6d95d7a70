import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Writes an error to standard error as one line without a stack, and returns the exit code. */
export function reportFatalError(program: string, error: unknown): number {
  process.stderr.write(`${program}: ${messageOf(error)}\n`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
}
