import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ExitStatus, kill, type Program, run, waitForOutput } from './program.ts';

/** A temporary directory with files. Disposal removes it. */
export interface TempDirectory extends AsyncDisposable {
  readonly path: string;
  /** Runs a command in the directory until it exits. */
  runToEnd(...command: readonly string[]): Promise<ExitStatus & { readonly output: string }>;
  /** Starts a command on a free port of the loopback interface, and waits until it logs its address. */
  start(...command: readonly string[]): Promise<Program>;
}

/** @param files contents by path; the directories in the paths are created */
export async function createTempDirectory(files: Readonly<Record<string, string>>): Promise<TempDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'test-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  const runHere = (command: readonly string[]) => run('env', [`--chdir=${path}`, ...command]);
  return {
    path,
    async runToEnd(...command) {
      const { ended, output } = runHere(command);
      return { ...(await ended), output: output() };
    },
    async start(...command) {
      const started = runHere([...command, '--web.listen-address=127.0.0.1:0']);
      const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
      return { ...started, url, [Symbol.asyncDispose]: () => kill(started) };
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
