/**
 * The tables of the README, made from the code. `npm run docs` writes them; docs.test.ts checks that they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultText, formatFlag } from '../src/cli/help.ts';
import type { Collector, CollectorDefinition } from '../src/collection/collector.ts';
import { collectors } from '../src/collectors/index.ts';
import { OTLP_FLAGS } from '../src/config/otlp.ts';
import { flagsOf } from '../src/config/program-flags.ts';
import { UNSUPPORTED_COLLECTORS } from '../src/config/unsupported-flags.ts';
import { CONTAINER_ATTRIBUTES } from '../src/containers/metrics/attributes.ts';
import { LEFT_OUT_ATTRIBUTES, LEFT_OUT_METRICS } from '../src/export/otel/semconv.ts';
import type { Flag } from '../src/flags/flag.ts';
import { KernelTree } from '../src/host/host.ts';
import type { AnyFamily, Convention } from '../src/metrics/metric.ts';
import { buildInfoMetrics } from '../src/self/build-info.ts';
import { nodejsMetrics } from '../src/self/nodejs.ts';
import { processMetrics } from '../src/self/process.ts';
import { PushMetrics } from '../src/self/push-metrics.ts';
import { ScrapeMetrics } from '../src/self/scrape-metrics.ts';

export const README = join(import.meta.dirname, '../README.md');

/** A README whose generated parts, each between `<!-- name -->` and `<!-- /name -->`, are current. */
export function withCurrentTables(readme: string): string {
  const tables = {
    flags: flagTable(),
    variables: variableTable(),
    collectors: collectorTable(),
    'left-out': leftOutTable(),
    metrics: metricTable(),
    conventions: conventionTable(),
    'left-out-conventions': leftOutConventionTable(),
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
    .map(([name, flag]) => [code(formatFlag(name, flag)), flag.help, code(defaultText(flag))]);
  return table(['Flag', 'What it does', 'Default'], rows);
}

/** The variables of OpenTelemetry, each with the flag that it sets. */
function variableTable(): string {
  const rows = Object.entries(OTLP_FLAGS as Readonly<Record<string, Flag>>).flatMap(([name, { variables = [] }]) =>
    variables.map((variable) => [code(variable.name), code(`--${name}`)]),
  );
  return table(['Variable', 'Flag'], rows);
}

function collectorTable(): string {
  const rows = collectors.map(({ name, help, enabled }) => [code(name), `${help}.`, RUNS[String(enabled)] ?? '']);
  return table(['Collector', 'What it reads', 'Runs by default'], rows);
}

const RUNS: Readonly<Record<string, string>> = {
  true: 'yes',
  false: 'no',
  semconv: "for the semantic conventions' metrics",
};

function leftOutTable(): string {
  return table(
    ['Collector', 'Why it is left out'],
    UNSUPPORTED_COLLECTORS.map(({ name, why }) => [code(name), `${why.replace(/^it/, 'It')}.`]),
  );
}

interface Declared {
  readonly family: AnyFamily;
  readonly from: string;
}

function declaredIn(convention: Convention): readonly Declared[] {
  const own = collectors.flatMap((definition) => {
    const { families, dynamicFamilies = [] } = create(definition);
    return [...families, ...dynamicFamilies].map((family) => ({ family, from: code(definition.name) }));
  });
  const [scrapes, pushes] = [new ScrapeMetrics([]), new PushMetrics(() => 0)];
  const build = buildInfoMetrics({ version: '', revision: '' });
  const self = [scrapes, pushes, build, processMetrics(new KernelTree('/proc/self')), nodejsMetrics()].flatMap(
    ({ families }) => families.map((family) => ({ family, from: 'the exporter' })),
  );
  return [...own, ...self].filter(({ family }) => family.convention === convention);
}

function metricTable(): string {
  const rows = declaredIn('prometheus').map(({ family: { name, type, labels, help }, from }) => [
    code(name),
    type,
    labels.map(code).join(' '),
    help,
    from,
  ]);
  return table(['Metric', 'Type', 'Labels', 'What it says', 'From'], rows);
}

/** Sorted by name: the conventions' groups do not follow our collectors. */
function conventionTable(): string {
  const identity: ReadonlySet<string> = new Set(CONTAINER_ATTRIBUTES);
  const byName = Map.groupBy(declaredIn('semconv'), ({ family }) => family.name);
  const rows = [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [first, ...others]]) => {
      if (first === undefined) throw new RangeError(`No family ${name}`);
      const { type, unit, labels, help } = first.family;
      const attributes = labels.filter((label) => !identity.has(label));
      const from = [first, ...others].map((declared) => declared.from).join(' ');
      return [code(name), type, code(unit), attributes.map(code).join(' '), help, from];
    });
  return table(['Metric', 'Instrument', 'Unit', 'Attributes', 'What it says', 'From'], rows);
}

function leftOutConventionTable(): string {
  const metrics = LEFT_OUT_METRICS.map(({ name, why }) => [code(name), `It ${why}.`]);
  const attributes = LEFT_OUT_ATTRIBUTES.map(({ metric, name, why }) => [
    `${code(name)} of ${code(metric)}`,
    `It ${why}.`,
  ]);
  return table(['Left out', 'Why'], [...metrics, ...attributes]);
}

function create(definition: CollectorDefinition): Collector {
  return definition.create(
    Object.fromEntries(Object.entries(definition.flags).map(([name, flag]) => [name, flag.default])),
  );
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
