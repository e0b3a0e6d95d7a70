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
    // Rename the file when it is complete, so that other processes never see a part of it.
    renameSync(join(workspace, 'source/otelcol'), COLLECTOR);
  } finally {
    rmSync(workspace, { recursive: true });
  }
  console.log(`Collector ${version}: ${COLLECTOR}`);
}

function go(workspace: string, command: string, ...args: readonly string[]): void {
  // The builder runs `go mod tidy`, which also downloads the modules for the tests of the components. A mirror may lack
  // those modules. With `-e`, Go ignores the missing modules. If a module of the Collector itself is missing, the compiler
  // reports it.
  const env = { ...process.env, GOBIN: workspace, GOFLAGS: '-e -buildvcs=false' };
  try {
    execFileSync(command, args, { cwd: workspace, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`Cannot build the Collector: ${command} failed\n${output.slice(-4000)}`, { cause: error });
  }
}
