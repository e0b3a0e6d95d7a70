import { execFileSync } from 'node:child_process';

/**
 * Runs a command until it exits. Returns its standard output without trailing blanks.
 *
 * @throws {Error} with the standard error of the command if its exit code is not 0
 */
export function execute([command = '', ...args]: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

/** Returns whether an action throws no error. */
export function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    // The callers do not need the error: they retry, or they ignore a failed cleanup.
    return false;
  }
}
