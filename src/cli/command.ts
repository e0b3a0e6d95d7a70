import './node-runtime.ts';
import { asksForHealth, programSources } from '../config/config.ts';
import { checkHealth } from './healthcheck.ts';
import { reportFatal } from './report-fatal.ts';

/**
 * The command from its start to its end, or to the signal that ends it.
 *
 * @param library the URL of this program, for the modules that import it
 */
export async function command(library: string): Promise<void> {
  try {
    const sources = programSources();
    if (asksForHealth(sources)) return await checkHealth(sources);
    // Loaded only now: a health check is a process of its own every few seconds, and needs none of it.
    const { runProgram } = await import('./program.ts');
    await runProgram(library);
  } catch (error) {
    process.exitCode = reportFatal('otel-node-exporter', error);
  }
}
