import { collectors } from '../collectors/index.ts';
import { OURS } from '../config/app-info.ts';
import { programSources } from '../config/config.ts';
import { run } from './run.ts';

/**
 * Does what the configuration asks for; started, the exporter serves until a signal comes.
 *
 * @param library the URL of this program, for the modules that import it
 * @throws {Error} with one line for the operator
 */
export async function runProgram(library: string): Promise<void> {
  await run({ product: OURS, sources: programSources(), definitions: collectors, library });
}
