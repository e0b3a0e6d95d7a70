/**
 * `npm run docs`: generates the tables of the documentation from the code. {@link PAGES} names the page of each table, which
 * is between the markers `<!-- name -->` and `<!-- /name -->`. `test/docs/docs.test.ts` checks that all tables are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultText, formatFlag } from '../src/cli/help.ts';
import type { Collector, CollectorDefinition } from '../src/collection/collector.ts';
import { collectors } from '../src/collectors/index.ts';
import { OTLP_FLAGS } from '../src/config/otlp-flags.ts';
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
import { COMPARED_METRICS } from './hostmetrics.ts';
import { WEB_CASES, webCaseCells } from './web-cases.ts';

/**
 * Functions that return the generated parts. They are grouped by page of `docs/`. The keys are the names in the markers.
 */
export const PAGES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'configuration.md': { flags: programFlagTable, 'collector-flags': collectorFlagTables, variables: variableTable },
  'collectors.md': { collectors: collectorTable, unsupported: unsupportedTable },
  'metrics.md': { metrics: metricTables },
  'migrate-hostmetrics.md': { hostmetrics: hostmetricsTable },
  'security.md': {
    'web-cases': () => table(['Configuration', 'Request', 'Result', 'exporter-toolkit'], WEB_CASES.map(webCaseCells)),
  },
  'semantic-conventions.md': { semconv: semconvTable, 'semconv-unsupported': unsupportedSemconvTable },
};

/** Returns the path of a page of `docs/`. */
export function pathOf(page: string): string {
  return join(import.meta.dirname, page);
}

/**
 * Returns the text of a page with current tables.
 *
 * @throws {Error} if a marker is missing
 */
export function withCurrentTables(page: string, text: string): string {
  return Object.entries(PAGES[page] ?? {}).reduce((current, [name, write]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [current.indexOf(start), current.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`Cannot find ${start} … ${end} in docs/${page}`);
    return `${current.slice(0, from + start.length)}\n${write()}\n${current.slice(to)}`;
  }, text);
}

type FlagEntry = readonly [name: string, flag: Flag];

/**
 * Returns the flags to document. Leaves out flags that are marked as unlisted, such as unsupported flags of node_exporter.
 */
function listed(flags: Readonly<Record<string, Flag>>): readonly FlagEntry[] {
  return Object.entries(flags).filter(([, { unlisted }]) => !unlisted);
}

function flagTable(flags: readonly FlagEntry[]): string {
  const rows = flags.map(([name, flag]) => [code(formatFlag(name, flag)), plain(flag.help), code(defaultText(flag))]);
  return table(['Flag', 'Description', 'Default'], rows);
}

/** All flags of the program and its collectors, by name. */
export const allFlags: Readonly<Record<string, Flag>> = flagsOf(collectors);

/** Returns the table of the program's flags, without the flags of collectors. */
function programFlagTable(): string {
  return flagTable(listed(flagsOf([])));
}

/** Returns a table of flags for each collector, below a heading with the collector's name. */
function collectorFlagTables(): string {
  return collectors
    .filter(hasFlags)
    .map(({ name, flags }) => `### ${name}\n\n${flagTable(listed(flags))}`)
    .join('\n\n');
}

function hasFlags({ flags }: CollectorDefinition): boolean {
  return listed(flags).length > 0;
}

/** Returns the table of OpenTelemetry's standard environment variables and the flags that they set. */
function variableTable(): string {
  const rows = Object.entries(OTLP_FLAGS as Readonly<Record<string, Flag>>).flatMap(([name, { variables = [] }]) =>
    variables.map((variable) => [code(variable.name), code(`--${name}`)]),
  );
  return table(['Variable', 'Flag'], rows);
}

function collectorTable(): string {
  const rows = collectors.map(({ name, help, enabled }) => [
    `[${code(name)}](metrics.md#${name})`,
    plain(`${help}.`),
    ENABLED[String(enabled)] ?? '',
  ]);
  return table(['Collector', 'Reads', 'Enabled by default'], rows);
}

const ENABLED: Readonly<Record<string, string>> = {
  true: 'yes',
  false: 'no',
  semconv: 'only for pushes with semconv names',
};

function unsupportedTable(): string {
  const rows = UNSUPPORTED_COLLECTORS.map(({ name, why }) => [code(name), plain(sentence(why))]);
  return table(['Collector', 'Reason'], rows);
}

interface Source {
  /** Name of the collector, or `exporter`. */
  readonly name: string;
  /** Text between the heading and the table. */
  readonly text: string;
  readonly families: readonly AnyFamily[];
}

/** Returns the sources of families: each collector, and the exporter itself. */
function sources(): readonly Source[] {
  const fromCollectors = collectors.map((definition) => {
    const { families, dynamicFamilies = [] } = create(definition);
    const { name, help } = definition;
    const link = hasFlags(definition) ? ` [Flags](configuration.md#${name})` : '';
    return { name, text: plain(`${help}.`) + link, families: [...families, ...dynamicFamilies] };
  });
  const selfMetrics = [
    new ScrapeMetrics([]),
    new PushMetrics(() => 0),
    buildInfoMetrics({ version: '', revision: '' }),
    processMetrics(new KernelTree('/proc/self')),
    nodejsMetrics(),
  ];
  const exporter = {
    name: 'exporter',
    text: 'Metrics about the exporter itself, its process and Node.js. No flag of a collector affects them.',
    families: selfMetrics.flatMap(({ families }) => families),
  };
  return [...fromCollectors, exporter];
}

function familiesOf({ families }: Source, convention: Convention): readonly AnyFamily[] {
  return families.filter((family) => family.convention === convention);
}

/** Returns a table of Prometheus families for each source, below a heading to which links can refer. */
function metricTables(): string {
  return sources()
    .flatMap((source) => {
      const rows = familiesOf(source, 'prometheus').map(({ name, type, labels, help }) => [
        code(name),
        type,
        labels.map(code).join(' '),
        plain(help),
      ]);
      const head = `### ${source.name}\n\n${source.text}\n\n`;
      return rows.length === 0 ? [] : [head + table(['Metric', 'Type', 'Labels', 'Description'], rows)];
    })
    .join('\n\n');
}

/** Returns one table of all semconv families, sorted by name: families of one semconv group may be in several collectors. */
function semconvTable(): string {
  const identity: ReadonlySet<string> = new Set(CONTAINER_ATTRIBUTES);
  const declared = sources().flatMap((source) =>
    familiesOf(source, 'semconv').map((family) => ({ family, from: code(source.name) })),
  );
  const rows = [...Map.groupBy(declared, ({ family }) => family.name)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [first, ...others]]) => {
      if (first === undefined) throw new RangeError(`No family ${name}`);
      const { type, unit, labels, help, valueType } = first.family;
      const attributes = labels.filter((label) => !identity.has(label));
      const from = [first, ...others].map((family) => family.from).join(' ');
      return [code(name), type, valueType, code(unit), attributes.map(code).join(' '), plain(help), from];
    });
  return table(['Metric', 'Instrument', 'Type', 'Unit', 'Attributes', 'Description', 'Collector'], rows);
}

/** Returns a table of the metrics of the hostmetrics receiver and their counterparts. */
function hostmetricsTable(): string {
  const rows = COMPARED_METRICS.map(({ scraper, receiverName, receiver, name = '', note }) => [
    code(scraper),
    code(receiverName),
    receiver.isDefault ? 'yes' : 'no',
    name === receiverName ? 'same name' : code(name),
    note,
  ]);
  return table(['Scraper', 'Metric of the receiver', 'By default', 'Metric of the exporter', 'Notes'], rows);
}

function unsupportedSemconvTable(): string {
  const metrics = LEFT_OUT_METRICS.map(({ name, why }) => [code(name), `It ${why}.`]);
  const attributes = LEFT_OUT_ATTRIBUTES.map(({ metric, name, why }) => [
    `${code(name)} of ${code(metric)}`,
    `It ${why}.`,
  ]);
  return table(['Metric or attribute', 'Reason'], [...metrics, ...attributes]);
}

function create(definition: CollectorDefinition): Collector {
  return definition.create(
    Object.fromEntries(Object.entries(definition.flags).map(([name, flag]) => [name, flag.default])),
  );
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Escapes a text for Markdown. In Markdown, `/proc/<pid>` would contain an HTML element. */
function plain(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('*', '\\*');
}

/** Returns the text with a capital letter at the start and a full stop at the end. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) {
  for (const page of Object.keys(PAGES)) {
    writeFileSync(pathOf(page), withCurrentTables(page, readFileSync(pathOf(page), 'utf8')));
  }
}
