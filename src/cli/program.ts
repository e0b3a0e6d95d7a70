import { collectors } from '../collectors/index.ts';
import { NODE_EXPORTER } from '../config/app-info.ts';
import { programSources } from '../config/config.ts';
import { run } from './run.ts';

/**
 * Does what the configuration asks for; started, the exporter serves until a signal comes.
 *
 * @param library the URL of this program, for the modules that import it
 * @throws {Error} with one line for the operator
 */
export async function runProgram(library: string): Promise<void> {
  await run({ product: NODE_EXPORTER, sources: programSources(), definitions: collectors, library });
}
