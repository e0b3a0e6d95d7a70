/**
 * `npm run attack` attacks the exporter in memory cgroups and prints one line for each attack, and one for all attacks at
 * the same time. Arguments select attacks by name. `--seconds=N` sets the duration of each attack.
 */
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.ts';
import { type AttackResult, measureAttacks } from './measure.ts';

const LIMITS_MIB = [256, 128];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(ATTACKS);
const seconds = Number(values.seconds);

console.log('attack'.padEnd(24), 'limit MiB  health ms  scrape ms  failures  RSS MiB: before, highest, after');
for (const limitMiB of LIMITS_MIB) {
  for (const name of names) print(name, limitMiB, await measureAttacks([name], { seconds, limitMiB }));
  if (names.length > 1) print('all at the same time', limitMiB, await measureAttacks(names, { seconds, limitMiB }));
}

function print(name: string, limitMiB: number, result: AttackResult): void {
  const { healthMs, scrapeMs, failures, beforeMiB, residentMiB, afterMiB } = result;
  const memory = [beforeMiB, residentMiB, afterMiB].map((value) => value.toFixed(0).padStart(5)).join('');
  const numbers = [result.isLimited ? limitMiB : 'none', healthMs.toFixed(0), scrapeMs.toFixed(0), failures];
  const columns = numbers.map((value) => String(value).padStart(9)).join('  ');
  console.log(name.padEnd(24), columns, ' ', memory, result.isRunning ? '' : '  KILLED');
}
