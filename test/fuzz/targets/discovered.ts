import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ReportProblem } from '../../../src/parse/rows.ts';
import { recorded } from '../recorded-files.ts';
import { type FuzzTarget, type FuzzTargets, rows } from '../target.ts';

const SOURCES = ['parse', 'formats'].map((name) => join(import.meta.dirname, '../../../src', name));

/** Corpus for a parser of a file that was not recorded. */
const ANY_FILE = ['cpu 1 2 3\nintr: 7 8\n\nname = 0x1f kB\n'];

/**
 * Returns targets for the parsers in `src/parse` and `src/formats` that `listed` lacks, by the name of the function. A parser
 * that needs more than a text and a function for problems has to be listed.
 */
export async function discoverParsers(listed: FuzzTargets): Promise<FuzzTargets> {
  const targets: Record<string, FuzzTarget> = {};
  for (const file of SOURCES.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))) {
    const exports: Readonly<Record<string, unknown>> = await import(file);
    for (const [name, value] of Object.entries(exports)) {
      if (Object.hasOwn(listed, name) || !isParser(name, value)) continue;
      const files = recorded(new RegExp(`/${basename(file, '.ts')}$`));
      targets[name] = rows(files.length > 0 ? files : ANY_FILE, value);
    }
  }
  return targets;
}

/** A parser with more parameters throws a TypeError, which the fuzzer reports as a fault. */
function isParser(name: string, value: unknown): value is (text: string, report: ReportProblem) => unknown {
  return /^(?:parse|merge)|Parser$/.test(name) && typeof value === 'function';
}
