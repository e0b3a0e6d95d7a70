import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Ended, kill, type Program, run, waitForOutput } from './program.ts';

/** A folder of its own, with files in it. */
export interface TempDirectory extends AsyncDisposable {
  readonly path: string;
  /** Runs a command in the folder to its end. */
  runToEnd(...command: readonly string[]): Promise<Ended & { readonly output: string }>;
  /** Starts a command that listens on a free port of the loopback, and waits until it says where. */
  start(...command: readonly string[]): Promise<Program>;
}

/** @param files by path; paths of folders need not be made */
export async function createTempDirectory(files: Readonly<Record<string, string>>): Promise<TempDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'folder-'));
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
