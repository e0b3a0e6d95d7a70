import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bundled program, as users run it. */
export const PROGRAM = join(import.meta.dirname, '../../../dist/main.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: string;
  /** All that it has written on standard output and standard error. */
  output(): string;
  /** Comes when the process has ended. */
  readonly ended: Promise<Ended>;
}

export type Running = Pick<Program, 'child' | 'ended' | 'output'>;

/** Starts a command and gathers what it writes. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }));
  return { child, ended, output: () => text };
}

/**
 * Starts a command that writes into a file. A pipe would fill up and hold the command up while this process waits for
 * another one to end.
 */
export function runIntoFile(file: string, command: string, args: readonly string[]): Running {
  const descriptor = openSync(file, 'w');
  const child = spawn(command, args, { stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }));
  return { child, ended, output: () => readFileSync(file, 'utf8') };
}

/** Runs the program with some flags to its end. */
export async function runToEnd(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Ended & { readonly output: string }> {
  const { ended, output } = run(process.execPath, [PROGRAM, ...args], env);
  return { ...(await ended), output: output() };
}

/** What else is mounted on the tester's machine may hang, as another run of the tests makes it. A flag says otherwise. */
const ROOT_ONLY = { EXPORTER_COLLECTOR_FILESYSTEM_MOUNT_POINTS_INCLUDE: '^/$' };

/** Starts the program on a free port of the loopback and waits until it says where it listens. */
export async function startProgram(args: readonly string[] = [], env = process.env): Promise<Program> {
  const flags = ['--web.listen-address=127.0.0.1:0', ...args];
  const started = run(process.execPath, [PROGRAM, ...flags], { ...ROOT_ONLY, ...env });
  const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  return { ...started, url, [Symbol.asyncDispose]: () => kill(started) };
}

const PATIENCE_MS = 180_000;

/** Waits until a process writes what is expected, in lines that are whole: of half a line a port would be another one. */
export async function waitForOutput(
  { ended, output }: Pick<Running, 'ended' | 'output'>,
  expected: RegExp,
): Promise<string> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const isOver = hasEnded;
    const lines = output();
    const found = expected.exec(lines.slice(0, lines.lastIndexOf('\n') + 1))?.[0];
    if (found !== undefined) return found;
    if (isOver) throw new Error(`Ended without ${expected}:\n${output()}`);
    if (performance.now() > end) throw new Error(`Three minutes without ${expected}:\n${output()}`);
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
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}

/** What the program complains of, but for what its collectors cannot read: that depends on the machine. */
export function warningsOf({ output }: Pick<Running, 'output'>): readonly string[] {
  const complaints = output()
    .split('\n')
    .filter((line) => / level=(warn|error) /.test(line));
  return complaints.filter((line) => !/ collector=/.test(line));
}
