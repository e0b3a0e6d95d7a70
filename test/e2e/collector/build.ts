/** `npm run collector` builds the Collector of the end-to-end tests with Go. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../support/requirements.ts';
import { COLLECTOR, isBuilt, MANIFEST, version } from './binary.ts';

if (isBuilt()) console.log(`Collector ${version}: ${COLLECTOR}`);
else if (findProgram('go') === undefined) console.log('Cannot build the Collector: Go is not installed');
else build();

function build(): void {
  console.log(`Building Collector ${version}: this takes a few minutes`);
  const cacheDirectory = dirname(COLLECTOR);
  mkdirSync(cacheDirectory, { recursive: true });
  const workspace = mkdtempSync(join(cacheDirectory, 'build-'));
  try {
    go(workspace, 'go', 'install', `go.opentelemetry.io/collector/cmd/builder@v${version}`);
    go(workspace, join(workspace, 'builder'), `--config=${MANIFEST}`);
    // The renaming makes the complete file visible at once.
    renameSync(join(workspace, 'source/otelcol'), COLLECTOR);
  } finally {
    rmSync(workspace, { recursive: true });
  }
  console.log(`Collector ${version}: ${COLLECTOR}`);
}

function go(workspace: string, command: string, ...args: readonly string[]): void {
  // The builder runs `go mod tidy`, which also resolves the imports of the components' tests. A mirror may lack those modules, and
  // -e ignores them. The compiler reports missing modules of the Collector itself.
  const env = { ...process.env, GOBIN: workspace, GOFLAGS: '-e -buildvcs=false' };
  try {
    execFileSync(command, args, { cwd: workspace, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`Cannot build the Collector: ${command} failed\n${output.slice(-4000)}`, { cause: error });
  }
}
