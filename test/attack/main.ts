/**
 * `npm run attack` attacks the exporter in memory cgroups and prints one line for each attack, and one for all of them at the
 * same time. It then runs the attacks that start their own exporter. Arguments select attacks by name. `--seconds=N` sets the
 * duration of each attack in a memory cgroup.
 */
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.ts';
import { type AttackResult, measureAttacks } from './measure.ts';
import { type Figures, SINGLE_ATTACKS } from './single-attacks.ts';

const LIMITS_MIB = [256, 128];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' } },
});
const isSelected = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const names = Object.keys(ATTACKS).filter(isSelected);
const seconds = Number(values.seconds);

console.log('attack'.padEnd(24), 'limit MiB  health ms  scrape ms  failures  RSS MiB: before, highest, after');
for (const limitMiB of LIMITS_MIB) {
  for (const name of names) print(name, limitMiB, await measureAttacks([name], { seconds, limitMiB }));
  if (names.length > 1) print('all at the same time', limitMiB, await measureAttacks(names, { seconds, limitMiB }));
}

for (const [name, attack] of Object.entries(SINGLE_ATTACKS)) {
  if (isSelected(name)) console.log(name.padEnd(24), formatFigures(await attack()));
}

/** Returns the figures on one line, without the output of the exporter. */
function formatFigures(figures: Figures): string {
  return Object.entries(figures)
    .filter(([name]) => name !== 'output')
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(2)) : value}`)
    .join(', ');
}

function print(name: string, limitMiB: number, result: AttackResult): void {
  const { healthMs, scrapeMs, failures, beforeMiB, residentMiB, afterMiB } = result;
  const memory = [beforeMiB, residentMiB, afterMiB].map((value) => value.toFixed(0).padStart(5)).join('');
  const numbers = [result.isLimited ? limitMiB : 'none', healthMs.toFixed(0), scrapeMs.toFixed(0), failures];
  const columns = numbers.map((value) => String(value).padStart(9)).join('  ');
  console.log(name.padEnd(24), columns, ' ', memory, result.isRunning ? '' : '  KILLED');
}
