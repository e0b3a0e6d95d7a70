import { UsageError } from '../flags/usage-error.ts';
import { messageOf } from '../util/errors.ts';
import { redactUrls } from '../util/redact.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Writes the message of an error to standard error, without a stack. Returns the exit code. */
export function reportFatalError(program: string, error: unknown): number {
  for (const line of redactUrls(messageOf(error)).split('\n')) process.stderr.write(`${program}: ${line}\n`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILURE;
}
