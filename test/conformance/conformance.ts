/**
 * Compares the built program with node_exporter, series by series. The reference is a directory outside of this project,
 * with the recorded files of a host and the output of node_exporter on that host. The script `run` in this directory starts
 * the built program, compares the two outputs, and prints a line such as `conformance: 2136/2136 series` for all collectors
 * and for the default collectors.
 *
 * The variable CONFORMANCE names the directory; the default is `shared/conformance` beside the checkout. Without the
 * directory nothing is compared.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../e2e/support/requirements.ts';

const PROJECT = join(import.meta.dirname, '../..');
const CONFIGURED = process.env['CONFORMANCE'];
const DIRECTORY = CONFIGURED ?? join(PROJECT, '../shared/conformance');

/** Parts in the order of the output. Two collectors of the reference need netlink, which Node.js cannot open. */
const PARTS = [
  { name: 'all collectors', minimum: 0.95 },
  { name: 'collectors that run by default', minimum: 1 },
] as const;

/** Returns the reason for skipping the comparison, or `undefined` if it can run. */
function skipReason(): string | undefined {
  if (CONFIGURED !== undefined) return undefined;
  if (!existsSync(join(DIRECTORY, 'run'))) return 'CONFORMANCE names no directory with a recorded host';
  const missing = ['bash', 'curl', 'python3', 'tar'].filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`;
}

/** Prints the score of a part and returns whether it reaches the minimum. */
function score({ name, minimum }: (typeof PARTS)[number], match: RegExpExecArray | undefined): boolean {
  const [equal, total] = [Number(match?.[1]), Number(match?.[2])];
  console.log(`Conformance of ${name}: ${equal} of ${total} series (${((100 * equal) / total).toFixed(2)} %)`);
  return equal / total >= minimum;
}

function main(): void {
  const reason = skipReason();
  if (reason !== undefined) {
    console.log(`Conformance is not scored: ${reason}`);
    return;
  }
  const env = { ...process.env, PROJECT, EXPORTER: `${process.execPath} ${join(PROJECT, 'dist/main.js')}` };
  const output = execFileSync('bash', [join(DIRECTORY, 'run'), '--show', '5'], {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  const matches = [...output.matchAll(/^conformance: (\d+)\/(\d+) series/gm)];
  const isEnough = PARTS.map((part, index) => score(part, matches[index]));
  if (isEnough.every(Boolean)) return;
  console.log(output);
  process.exitCode = 1;
}

main();
