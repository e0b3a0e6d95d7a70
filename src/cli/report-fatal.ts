import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * What ends a program is one line for the operator, never a stack.
 *
 * @returns the exit code
 */
export function reportFatal(program: string, error: unknown): number {
  process.stderr.write(`${program}: ${messageOf(error)}\n`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
