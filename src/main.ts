import './runtime.ts';
import { asksForHealth, programSources, UsageError } from './config.ts';
import { checkHealth } from './healthcheck.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

try {
  const sources = programSources([]);
  if (asksForHealth(sources)) await checkHealth(sources);
  else {
    // Loaded only now: a health check is a process of its own every few seconds, and needs none of it.
    const { runProgram } = await import('./program.ts');
    await runProgram();
  }
} catch (error) {
  process.stderr.write(`otel-node-exporter: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
