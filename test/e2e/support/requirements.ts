import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';

/** Finds a program on the path. */
export function findProgram(name: string): string | undefined {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    // which(1) fails when there is none.
    return undefined;
  }
}

/**
 * Why a test that needs programs cannot run here, or `false` when it can. Under `CI=true` what Debian provides has to be
 * there: nothing is skipped, and the test fails.
 */
export function missing(...programs: readonly string[]): string | false {
  const absent = programs.filter((name) => findProgram(name) === undefined);
  if (absent.length === 0 || process.env['CI'] === 'true') return false;
  return `not installed: ${absent.join(', ')}`;
}

/** A suite; where it cannot run one test that is skipped, which the runner counts, as it does not count suites. */
export function describeUnless(skip: string | false, name: string, declare: () => void): void {
  if (skip === false) describe(name, declare);
  else test(name, { skip });
}
