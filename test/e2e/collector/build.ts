/** Builds the Collector of the end-to-end tests, once, where Go is: `npm run collector`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../support/requirements.ts';
import { COLLECTOR, isBuilt, MANIFEST, version } from './binary.ts';

if (isBuilt()) console.log(`Collector ${version}: ${COLLECTOR}`);
else if (findProgram('go') === undefined) console.log('No Collector: there is no Go to build it with');
else build();

function build(): void {
  console.log(`Building Collector ${version}: some minutes, once`);
  const folder = join(COLLECTOR, '..');
  mkdirSync(folder, { recursive: true });
  const workshop = mkdtempSync(join(folder, 'build-'));
  try {
    go(workshop, 'go', 'install', `go.opentelemetry.io/collector/cmd/builder@v${version}`);
    go(workshop, join(workshop, 'builder'), `--config=${MANIFEST}`);
    // Whoever finds the file finds all of it.
    renameSync(join(workshop, 'source/otelcol'), COLLECTOR);
  } finally {
    rmSync(workshop, { recursive: true });
  }
  console.log(`Collector ${version}: ${COLLECTOR}`);
}

function go(workshop: string, command: string, ...args: readonly string[]): void {
  // The builder runs `go mod tidy`, which also wants what only the components' own tests import, and a mirror may lack
  // that: -e goes on without it. What the Collector itself imports the compiler would miss.
  const env = { ...process.env, GOBIN: workshop, GOFLAGS: '-e -buildvcs=false' };
  try {
    execFileSync(command, args, { cwd: workshop, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`Cannot build the Collector: ${command} failed\n${output.slice(-4000)}`, { cause: error });
  }
}
