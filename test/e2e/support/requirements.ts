import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';

/** Returns the path of a program on the search path. */
export function findProgram(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    // which(1) fails if it does not find the program.
    return undefined;
  }
}

/**
 * Returns the reason to skip a test that needs programs, or `false` if all of them are installed. With `CI=true` no test is
 * skipped for a program that Debian provides: the test fails instead.
 */
export function missing(...programs: readonly string[]): string | false {
  const absent = programs.filter((name) => findProgram(name) === undefined);
  if (absent.length === 0 || process.env['CI'] === 'true') return false;
  return `not installed: ${absent.join(', ')}`;
}

/** Declares a suite, or one skipped test with its name: the test runner counts skipped tests but no skipped suites. */
export function describeUnless(skip: string | false, name: string, declare: () => void): void {
  if (skip === false) describe(name, declare);
  else test(name, { skip });
}
