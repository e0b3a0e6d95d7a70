import './node-runtime.ts';
import { type ProcessInvocation, processInvocation, requestsHealthCheck } from '../config/invocation.ts';
import { reportFatalError } from './fatal-error.ts';
import { checkHealth } from './healthcheck.ts';

/**
 * Runs the command `otel-node-exporter`. Returns after the start of the exporter. If the command line requests an output
 * such as the help, writes the output and returns. After an error, sets the exit code of the process.
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

/** Imports the exporter on demand: Docker starts a new process for each health check, and the check needs no exporter. */
async function runNodeExporter(invocation: ProcessInvocation, library: string): Promise<void> {
  const { collectors } = await import('../collectors/index.ts');
  const { OTEL_NODE_EXPORTER } = await import('../config/app-info.ts');
  const { run } = await import('./run.ts');
  await run({ app: OTEL_NODE_EXPORTER, invocation, definitions: collectors, library });
}
