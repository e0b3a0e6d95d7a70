/**
 * `npm run fuzz` runs all targets with mutated inputs and prints one line for each target, and a line for all. Arguments
 * select targets by name. `--inputs=N` sets the number of inputs for each target. `--seed=S` selects other inputs.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FuzzResult } from './fuzz.ts';
import { runTarget } from './run-target.ts';
import { TARGETS } from './targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
const unknown = names.find((name) => TARGETS[name] === undefined);
if (unknown !== undefined)
  throw new Error(`Cannot find target ${unknown}: expected one of ${Object.keys(TARGETS).join(', ')}`);
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
const total = { inputs: 0, bytes: 0, seconds: 0, slowestMs: 0, faults: 0 };

console.log('target'.padEnd(26), '   inputs      MB  seconds  corpus  slowest ms, KiB  faults');
const pending = [...names];
await Promise.all(Array.from({ length: availableParallelism() }, runPending));
print('all', [
  total.inputs,
  (total.bytes / 1e6).toFixed(0),
  total.seconds.toFixed(1),
  '',
  total.slowestMs.toFixed(2),
  '',
  total.faults,
]);
process.exitCode = total.faults > 0 ? 1 : 0;

async function runPending(): Promise<void> {
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    try {
      printResult(name, await runTarget({ name, inputs, seed }));
    } catch (error) {
      total.faults += 1;
      console.log(name, error);
    }
  }
}

function printResult(name: string, { faults, ...result }: FuzzResult): void {
  total.inputs += result.inputs;
  total.bytes += result.bytes;
  total.seconds += result.seconds;
  total.slowestMs = Math.max(total.slowestMs, result.slowestMs);
  total.faults += faults.length;
  const size = (result.slowestLength / 1024).toFixed(1);
  const numbers = [(result.bytes / 1e6).toFixed(0), result.seconds.toFixed(1), result.added];
  print(name, [result.inputs, ...numbers, result.slowestMs.toFixed(2), size, faults.length]);
  for (const { index, input, reason } of faults) {
    const file = join(tmpdir(), `fuzz-${name}-${seed}-${index}`);
    writeFileSync(file, input, 'utf8');
    console.log(
      `  input ${index}, ${input.length} characters in ${file}, ${JSON.stringify(input.slice(0, 200))}: ${reason}`,
    );
  }
}

function print(name: string, columns: readonly (string | number)[]): void {
  const widths = [9, 7, 8, 7, 8, 7, 7];
  console.log(name.padEnd(26), columns.map((column, index) => String(column).padStart(widths[index] ?? 0)).join(' '));
}
