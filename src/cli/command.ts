import './node-runtime.ts';
import { type ProcessInvocation, processInvocation, requestsHealthCheck } from '../config/invocation.ts';
import { reportFatalError } from './fatal-error.ts';
import { checkHealth } from './healthcheck.ts';

/**
 * Runs the command `otel-node-exporter`. Returns once the exporter has started, or once the requested text is written. Sets
 * the exit code after an error.
 *
 * @param library URL of this program, which modules import as the library
 */
export async function command(library: string): Promise<void> {
  try {
    const invocation = processInvocation();
    if (requestsHealthCheck(invocation)) await checkHealth(invocation);
    else await runNodeExporter(invocation, library);
  } catch (error) {
    process.exitCode = reportFatalError('otel-node-exporter', error);
  }
}

/** Loads the modules on demand: a health check is a process that starts every few seconds and needs none of them. */
async function runNodeExporter(invocation: ProcessInvocation, library: string): Promise<void> {
  const { collectors } = await import('../collectors/index.ts');
  const { OTEL_NODE_EXPORTER } = await import('../config/app-info.ts');
  const { run } = await import('./run.ts');
  await run({ app: OTEL_NODE_EXPORTER, invocation, definitions: collectors, library });
}
