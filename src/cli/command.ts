import './node-runtime.ts';
import { asksForHealth, programSources } from '../config/config.ts';
import { checkHealth } from './healthcheck.ts';
import { reportFatal } from './report-fatal.ts';

/**
 * Runs `otel-node-exporter` and returns once the exporter has started, or once the requested text is written. Sets the exit
 * code after an error.
 *
 * @param library URL of this program, which modules import as the library
 */
export async function command(library: string): Promise<void> {
  try {
    const sources = programSources();
    if (asksForHealth(sources)) await checkHealth(sources);
    else await runExporter(library);
  } catch (error) {
    process.exitCode = reportFatal('otel-node-exporter', error);
  }
}

/** The modules are loaded on demand: a health check is a separate process every few seconds and needs none of them. */
async function runExporter(library: string): Promise<void> {
  const { collectors } = await import('../collectors/index.ts');
  const { OTEL_NODE_EXPORTER } = await import('../config/app-info.ts');
  const { run } = await import('./run.ts');
  await run({ app: OTEL_NODE_EXPORTER, sources: programSources(), definitions: collectors, library });
}
