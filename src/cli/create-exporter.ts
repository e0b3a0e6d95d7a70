import { exit } from 'node:process';
import type { ScrapeTargets } from '../app/scrape-targets.ts';
import type { CollectorDefinition } from '../collection/collector.ts';
import { asksForHealth, ownProgramFlags, type ProgramSources, programSources, readSome } from '../config/config.ts';
import type { CustomCollector } from '../custom/custom-collector.ts';
import { toCollector, toDefinition } from '../custom/definition.ts';
import { type Flags, type FlagValues, texts } from '../flags/flag.ts';
import type { ExporterOptions, RunningExporter } from './exporter-options.ts';
import { checkHealth } from './healthcheck.ts';
import { reportFatal } from './report-fatal.ts';
import { run } from './run.ts';

const TARGET_FLAGS = { 'scrape.target': texts('Target that /scrape?target= may name.', 'TARGET') };

/**
 * An exporter that somebody makes with the library, from its options. Asked for a text alone, or unable to start, it ends
 * the process as a command does.
 *
 * @param library its URL, for the modules that import it
 */
export async function startExporter<F extends Flags>(
  options: ExporterOptions<F>,
  library: string,
): Promise<RunningExporter> {
  try {
    const sources = programSources();
    const exporter = await start(options, { ...sources, argv: options.argv ?? sources.argv }, library);
    return exporter ?? exit(0);
  } catch (error) {
    return exit(reportFatal(options.name, error));
  }
}

async function start<F extends Flags>(
  options: ExporterOptions<F>,
  sources: ProgramSources,
  library: string,
): Promise<RunningExporter | undefined> {
  const { name, description = '', version = '0.0.0', namespace, port, flags = {}, metrics, targets } = options;
  const own = { ...flags, ...(targets && TARGET_FLAGS) };
  const program = ownProgramFlags({ flags: own, port, namespace });
  if (asksForHealth(sources)) {
    await checkHealth({ ...sources, program });
    return undefined;
  }
  // Before all others: they say which collectors there are.
  const values = readSome(sources, own) as FlagValues<F>;
  return run({
    app: { name, description, version, revision: '', defaultNamespace: namespace, subject: 'system' },
    sources,
    flags: program,
    definitions: definitionsOf(options, values),
    ...(metrics && { instruments: metrics }),
    ...(targets && { targets: targetsOf((target) => targets(target, values), readSome(sources, TARGET_FLAGS)) }),
    library,
  });
}

function definitionsOf<F extends Flags>(
  { name, collectors = [] }: ExporterOptions<F>,
  values: FlagValues<F>,
): readonly CollectorDefinition[] {
  const collecting = typeof collectors === 'function' ? collectors(values) : collectors;
  return collecting.map((collector) => toDefinition(collector, name));
}

function targetsOf(
  collectorsOf: (target: string) => readonly CustomCollector[],
  { 'scrape.target': names }: FlagValues<typeof TARGET_FLAGS>,
): ScrapeTargets {
  return { names, collectorsOf: (target) => collectorsOf(target).map((own) => toCollector(own, `target ${target}`)) };
}
