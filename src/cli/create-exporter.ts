import { exit } from 'node:process';
import type { ScrapeTargets } from '../app/scrape-targets.ts';
import type { CollectorDefinition } from '../collection/collector.ts';
import { parseConfig } from '../config/config.ts';
import { readFlags } from '../config/early-flags.ts';
import { type ProcessInvocation, processInvocation, requestsHealthCheck } from '../config/invocation.ts';
import { customProgramFlags } from '../config/program-flags.ts';
import type { CustomCollector } from '../custom/custom-collector.ts';
import { toCollector, toDefinition } from '../custom/definition.ts';
import { type Flags, type FlagValues, texts } from '../flags/flag.ts';
import { Mistakes } from '../flags/mistakes.ts';
import type { ExporterOptions, RunningExporter } from './exporter-options.ts';
import { reportFatalError } from './fatal-error.ts';
import { checkHealth } from './healthcheck.ts';
import { run } from './run.ts';

const TARGET_FLAGS = { 'scrape.target': texts('Target that requests to /scrape may name.', 'TARGET') };

/**
 * Starts a custom exporter. If the command line requests a text (such as the help) or a health check, this function does
 * that instead, and ends the process with code 0. After an error, writes a message and ends the process with code 1 or 2.
 *
 * @param library URL of this library, for modules that import it
 */
export async function startExporter<F extends Flags>(
  options: ExporterOptions<F>,
  library: string,
): Promise<RunningExporter> {
  try {
    const invocation = processInvocation();
    const exporter = await start(options, { ...invocation, argv: options.argv ?? invocation.argv }, library);
    return exporter ?? exit(0);
  } catch (error) {
    return exit(reportFatalError(options.name, error));
  }
}

async function start<F extends Flags>(
  options: ExporterOptions<F>,
  invocation: ProcessInvocation,
  library: string,
): Promise<RunningExporter | undefined> {
  const { name, description = '', version = '0.0.0', namespace, port, flags = {}, metrics, targets } = options;
  const customFlags = { ...flags, ...(targets && TARGET_FLAGS) };
  const programFlags = customProgramFlags({ flags: customFlags, port, namespace });
  if (requestsHealthCheck(invocation)) {
    await checkHealth(invocation, { programFlags });
    return undefined;
  }
  const mistakes = new Mistakes();
  // The custom flags are read before all other flags. Their values decide which collectors exist, and thus which other
  // flags exist.
  const values = readFlags(invocation, customFlags, mistakes) as FlagValues<F>;
  if (!mistakes.isEmpty) parseConfig({ ...invocation, definitions: [], programFlags, isComplete: false }, mistakes);
  mistakes.throwIfAny();
  return run({
    app: { name, description, version, revision: '', defaultNamespace: namespace, subject: 'system' },
    invocation,
    programFlags,
    definitions: definitionsOf(options, values),
    ...(metrics && { instruments: metrics }),
    ...(targets && {
      targets: targetsOf((target) => targets(target, values), readFlags(invocation, TARGET_FLAGS, mistakes)),
    }),
    library,
  });
}

function definitionsOf<F extends Flags>(
  { name, collectors = [] }: ExporterOptions<F>,
  values: FlagValues<F>,
): readonly CollectorDefinition[] {
  const list = typeof collectors === 'function' ? collectors(values) : collectors;
  return list.map((collector) => toDefinition(collector, name));
}

function targetsOf(
  collectorsOf: (target: string) => readonly CustomCollector[],
  { 'scrape.target': names }: FlagValues<typeof TARGET_FLAGS>,
): ScrapeTargets {
  return {
    names,
    collectorsOf: (target) => collectorsOf(target).map((collector) => toCollector(collector, `target ${target}`)),
  };
}
