import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';

/** Returns the path of a program on the search path. */
export function findProgram(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    // which(1) exits with an error if the program does not exist.
    return undefined;
  }
}

/**
 * Returns the reason to skip a test that needs these programs; `false` if all of them are installed. With `CI=true`, a
 * test without a program of Debian is not skipped, but fails.
 */
export function missing(...programs: readonly string[]): string | false {
  const absent = programs.filter((name) => findProgram(name) === undefined);
  if (absent.length === 0 || process.env['CI'] === 'true') return false;
  return `not installed: ${absent.join(', ')}`;
}

/**
 * Declares a suite. If there is a reason to skip it, declares one skipped test instead, because the test runner does not
 * count skipped suites.
 */
export function describeUnless(skip: string | false, name: string, declare: () => void): void {
  if (skip === false) describe(name, declare);
  else test(name, { skip });
}
