import './node-runtime.ts';
import { type ProcessInvocation, processInvocation, requestsHealthCheck } from '../config/invocation.ts';
import { dropNativeCalls } from '../host/system-calls.ts';
import { reportFatalError } from './fatal-error.ts';
import { checkHealth } from './healthcheck.ts';

/**
 * Runs the command `otel-node-exporter`. Returns when the exporter has started, or when the text that the command line
 * requests has been written. After an error, sets the exit code of the process.
 *
 * @param library URL of this program; modules import it as the library
 */
export async function command(library: string): Promise<void> {
  dropNativeCalls();
  try {
    const invocation = processInvocation();
    if (requestsHealthCheck(invocation)) await checkHealth(invocation);
    else await runNodeExporter(invocation, library);
  } catch (error) {
    process.exitCode = reportFatalError('otel-node-exporter', error);
  }
}

/**
 * Imports the exporter on demand. A health check does not need the exporter, and Docker starts a new process for each
 * health check.
 */
async function runNodeExporter(invocation: ProcessInvocation, library: string): Promise<void> {
  const { collectors } = await import('../collectors/index.ts');
  const { OTEL_NODE_EXPORTER } = await import('../config/app-info.ts');
  const { run } = await import('./run.ts');
  await run({ app: OTEL_NODE_EXPORTER, invocation, definitions: collectors, library });
}
