/**
 * The tables of the README, made from the code. `npm run docs` writes them; docs.test.ts checks that they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Collector, CollectorDefinition } from '../src/collector.ts';
import { collectors } from '../src/collectors/index.ts';
import { flagsOf } from '../src/config.ts';
import { defaultText, spelling } from '../src/help.ts';
import { Tree } from '../src/host.ts';
import { LEFT_OUT_COLLECTORS } from '../src/left-out.ts';
import type { AnyFamily } from '../src/metric.ts';
import { describeBuild } from '../src/self/build-info.ts';
import { describeNodejs } from '../src/self/nodejs.ts';
import { describeProcess } from '../src/self/process.ts';
import { Scrapes } from '../src/self/scrapes.ts';

export const README = join(import.meta.dirname, '../README.md');

/** A README whose generated parts, each between `<!-- name -->` and `<!-- /name -->`, are current. */
export function withCurrentTables(readme: string): string {
  const tables = {
    flags: flagTable(),
    collectors: collectorTable(),
    'left-out': leftOutTable(),
    metrics: metricTable(),
  };
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md has no ${start} … ${end}`);
    return `${text.slice(0, from + start.length)}\n${table}\n${text.slice(to)}`;
  }, readme);
}

function flagTable(): string {
  const own = new Set(collectors.map(({ name }) => `collector.${name}`));
  const rows = Object.entries(flagsOf(collectors))
    .filter(([name, { unlisted }]) => !own.has(name) && !unlisted)
    .map(([name, flag]) => [code(spelling(name, flag)), flag.help, code(defaultText(flag))]);
  return table(['Flag', 'What it does', 'Default'], rows);
}

function collectorTable(): string {
  const rows = collectors.map(({ name, help, enabled }) => [code(name), `${help}.`, enabled ? 'yes' : 'no']);
  return table(['Collector', 'What it reads', 'Runs by default'], rows);
}

function leftOutTable(): string {
  return table(
    ['Collector', 'Why it is left out'],
    LEFT_OUT_COLLECTORS.map(({ name, why }) => [code(name), `${why.replace(/^it/, 'It')}.`]),
  );
}

function metricTable(): string {
  const own = collectors.flatMap((definition) => {
    const { families, familiesFromKernel = [] } = create(definition);
    return [...families, ...familiesFromKernel].map((family) => metricRow(family, code(definition.name)));
  });
  const scrapes = new Scrapes([]);
  const build = describeBuild({ version: '', revision: '' });
  const self = [scrapes, build, describeProcess(new Tree('/proc/self')), describeNodejs()].flatMap(({ families }) =>
    families.map((family) => metricRow(family, 'the exporter')),
  );
  return table(['Metric', 'Type', 'Labels', 'What it says', 'From'], [...own, ...self]);
}

function create(definition: CollectorDefinition): Collector {
  return definition.create(
    Object.fromEntries(Object.entries(definition.flags).map(([name, flag]) => [name, flag.default])),
  );
}

function metricRow({ name, type, labels, help }: AnyFamily, from: string): string[] {
  return [code(name), type, labels.map(code).join(' '), help, from];
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (process.argv.includes('--write')) writeFileSync(README, withCurrentTables(readFileSync(README, 'utf8')));
