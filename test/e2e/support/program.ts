import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WAIT_TIMEOUT_MS } from './eventually.ts';

/** Path of the bundled program. */
export const PROGRAM = join(import.meta.dirname, '../../../dist/main.js');

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  /** URL that the program listens on. */
  readonly url: string;
  /** Returns the output so far: standard output and standard error. */
  output(): string;
  /** Resolves when the process has exited. */
  readonly ended: Promise<ExitStatus>;
}

export type RunningProcess = Pick<Program, 'child' | 'ended' | 'output'>;

/** Starts a command and records its output. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): RunningProcess {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close').then(([code, signal]): ExitStatus => ({ code, signal }));
  return { child, ended, output: () => text };
}

/**
 * Starts a command whose output goes to a file. While this process waits for a synchronous command, it reads no pipe, and
 * a full pipe would block the command.
 */
export function runIntoFile(file: string, command: string, args: readonly string[]): RunningProcess {
  const descriptor = openSync(file, 'w');
  const child = spawn(command, args, { stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  const ended = once(child, 'close').then(([code, signal]): ExitStatus => ({ code, signal }));
  return { child, ended, output: () => readFileSync(file, 'utf8') };
}

/** Runs the program until it exits. */
export async function runToEnd(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<ExitStatus & { readonly output: string }> {
  const { ended, output } = run(process.execPath, [PROGRAM, ...args], env);
  return { ...(await ended), output: output() };
}

/**
 * Includes only the mount of the root. Other mounts of the host may hang, for example those of a test that runs at the
 * same time. A test can override this variable with a flag.
 */
const ROOT_ONLY = { EXPORTER_COLLECTOR_FILESYSTEM_MOUNT_POINTS_INCLUDE: '^/$' };

/** Starts the program on a free port of the loopback interface, and waits until it logs its address. */
export async function startProgram(args: readonly string[] = [], env = process.env): Promise<Program> {
  const flags = ['--web.listen-address=127.0.0.1:0', ...args];
  const started = run(process.execPath, [PROGRAM, ...flags], { ...ROOT_ONLY, ...env });
  const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  return { ...started, url, [Symbol.asyncDispose]: () => kill(started) };
}

/**
 * Waits until the output matches a pattern and returns the match. Incomplete lines are ignored, because such a line could
 * end in the middle of a port number.
 *
 * @throws {Error} when the process exits, or after five minutes
 */
export async function waitForOutput(
  { ended, output }: Pick<RunningProcess, 'ended' | 'output'>,
  expected: RegExp,
): Promise<string> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  for (;;) {
    // Check for the exit before reading the output, so that no output is missed.
    const isLastRead = hasEnded;
    const lines = output();
    const match = expected.exec(lines.slice(0, lines.lastIndexOf('\n') + 1))?.[0];
    if (match !== undefined) return match;
    if (isLastRead) throw new Error(`The process exited without the output ${expected}:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`No output ${expected} within five minutes:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function kill({ child, ended }: Pick<Program, 'child' | 'ended'>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

export async function getText(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot get ${url}: status ${response.status}: ${text}`);
  return text;
}

/** Returns the warnings and errors in the log. Warnings of collectors are left out, because they depend on the host. */
export function warningsOf({ output }: Pick<RunningProcess, 'output'>): readonly string[] {
  const lines = output()
    .split('\n')
    .filter((line) => / level=(warn|error) /.test(line));
  return lines.filter((line) => !/ collector=/.test(line));
}
