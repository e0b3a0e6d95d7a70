import { join } from 'node:path';
import { kill, type Program, run, startProgram, waitForOutput } from '../support/program.ts';

export const EXAMPLES = join(import.meta.dirname, '../../../examples');

/** Starts the program with an example module and without other collectors. */
export function startModule(path: string, ...flags: readonly string[]): Promise<Program> {
  return startProgram(['--collector.disable-defaults', `--collector.module=${join(EXAMPLES, path)}`, ...flags]);
}

/** Starts an example exporter and waits until it logs its address. */
export async function startExporter(
  path: string,
  { flags = [], env = {} }: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Program> {
  const args = [join(EXAMPLES, path), '--web.listen-address=127.0.0.1:0', ...flags];
  const started = run(process.execPath, args, { ...process.env, ...env });
  const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  return { ...started, url, [Symbol.asyncDispose]: () => kill(started) };
}
