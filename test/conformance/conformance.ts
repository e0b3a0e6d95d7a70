/**
 * Scores the built program against what node_exporter answers on a machine recorded with it, series by series. The
 * recording is not part of this project: it is a folder whose program `run` starts ours, compares, and prints a line
 * such as `conformance: 2136/2136 series` for all collectors and for those that run by default. `CONFORMANCE` says where
 * it is; without it `shared/conformance` beside the checkout is taken, and without that nothing is scored.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../e2e/support/requirements.ts';

const PROJECT = join(import.meta.dirname, '../..');
const NAMED = process.env['CONFORMANCE'];
const FOLDER = NAMED ?? join(PROJECT, '../shared/conformance');

/** In the order in which they are printed. Two collectors of the reference need netlink, which Node.js cannot open. */
const PARTS = [
  { name: 'all collectors', least: 0.95 },
  { name: 'collectors that run by default', least: 1 },
] as const;

function whyNot(): string | undefined {
  if (NAMED !== undefined) return undefined;
  if (!existsSync(join(FOLDER, 'run'))) return 'CONFORMANCE names no folder with a recorded machine';
  const absent = ['bash', 'curl', 'python3', 'tar'].filter((name) => findProgram(name) === undefined);
  return absent.length === 0 ? undefined : `not installed: ${absent.join(', ')}`;
}

/** @returns whether it is enough */
function score({ name, least }: (typeof PARTS)[number], match: RegExpExecArray | undefined): boolean {
  const [same, total] = [Number(match?.[1]), Number(match?.[2])];
  console.log(`Conformance of ${name}: ${same} of ${total} series (${((100 * same) / total).toFixed(2)} %)`);
  return same / total >= least;
}

function main(): void {
  const reason = whyNot();
  if (reason !== undefined) {
    console.log(`Conformance is not scored: ${reason}`);
    return;
  }
  const env = { ...process.env, PROJECT, EXPORTER: `${process.execPath} ${join(PROJECT, 'dist/main.js')}` };
  const output = execFileSync('bash', [join(FOLDER, 'run'), '--show', '5'], {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  const scores = [...output.matchAll(/^conformance: (\d+)\/(\d+) series/gm)];
  const enough = PARTS.map((part, index) => score(part, scores[index]));
  if (enough.every(Boolean)) return;
  console.log(output);
  process.exitCode = 1;
}

main();
