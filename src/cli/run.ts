import { cwd } from 'node:process';
import { Exporter, type ExporterParts } from '../app/exporter.ts';
import type { CollectorDefinition } from '../collection/collector.ts';
import type { AppInfo } from '../config/app-info.ts';
import { type Config, parseConfig } from '../config/config.ts';
import { MODULE_FLAGS, readFlags } from '../config/early-flags.ts';
import type { Invocation } from '../config/invocation.ts';
import { DEFAULT_PROGRAM_FLAGS, flagsOf, type ProgramFlags } from '../config/program-flags.ts';
import { loadModules } from '../custom/load-modules.ts';
import { withoutNameConflicts } from '../custom/name-conflicts.ts';
import type { Flags } from '../flags/flag.ts';
import { Mistakes } from '../flags/mistakes.ts';
import { WebAccessSource } from '../http/web-access.ts';
import { createLog, type Log } from '../util/log.ts';
import { helpText } from './help.ts';
import { printConfig } from './print-config.ts';
import { versionText } from './version.ts';

export interface Program extends Omit<ExporterParts, 'log' | 'access'> {
  readonly invocation: Invocation;
  /** Flags of the program. Default: the flags of otel-node-exporter. */
  readonly programFlags?: ProgramFlags;
  /** Collectors of the program. The collectors of modules are added to them. */
  readonly definitions: readonly CollectorDefinition[];
  /** URL of the running program. Modules import it as the library. */
  readonly library: string;
}

/**
 * Starts the exporter, or writes the text that a flag requests (`--help`, `--version`, `--config.print`, `--config.check`).
 *
 * @returns the running exporter; `undefined` if only a text was requested
 * @throws {UsageError} with all mistakes in the command line, the environment, the configuration file and the modules
 * @throws {Error} if a module cannot be loaded or the exporter cannot start
 */
export async function run(program: Program): Promise<Exporter | undefined> {
  const { app, invocation, programFlags = DEFAULT_PROGRAM_FLAGS } = program;
  const mistakes = new Mistakes();
  const definitions = await loadDefinitions(program, programFlags, mistakes);
  const isComplete = mistakes.isEmpty;
  const config = parseConfig({ ...invocation, definitions, programFlags, isComplete }, mistakes);
  const text = requestedText(config, flagsOf(definitions, programFlags), app);
  if (text !== undefined) {
    mistakes.throwIfAny();
    write(text);
    return undefined;
  }
  const { values, warnings } = config;
  const log = createLog({ level: values['log.level'], format: values['log.format'] });
  for (const warning of warnings) log.warn(warning);
  const access = await loadAccess(values['web.config.file'], log, mistakes);
  const exporter = mistakes.attempt(() => new Exporter(config, { ...program, log, access }));
  await checkTlsFiles(config, log, mistakes);
  mistakes.throwIfAny();
  if (values['config.check']) {
    write('The configuration is good\n');
    return undefined;
  }
  await exporter?.start();
  return exporter;
}

/**
 * Returns the collectors of the program and of its modules. Adds a mistake for each module or collector that cannot be
 * used.
 */
async function loadDefinitions(
  { app, invocation, definitions, library }: Program,
  programFlags: ProgramFlags,
  mistakes: Mistakes,
): Promise<readonly CollectorDefinition[]> {
  // The mistakes in flags are discarded here, because parseConfig() finds them again.
  const { 'collector.module': modules } = readFlags(invocation, MODULE_FLAGS, new Mistakes());
  const loaded = await loadModules(modules, { library, directory: cwd() }, mistakes);
  return withoutNameConflicts([...definitions, ...loaded], { exporter: app.name, programFlags }, mistakes);
}

/** Returns the access to the listeners. Adds a mistake and returns open access if the file cannot be used. */
async function loadAccess(file: string, log: Log, mistakes: Mistakes): Promise<WebAccessSource> {
  try {
    return await WebAccessSource.load({ file, log });
  } catch (error) {
    mistakes.add(error);
    return WebAccessSource.load({ file: '', log });
  }
}

/** Adds a mistake if the certificates or the key of the push cannot be used. */
async function checkTlsFiles({ outputs: { otlp } }: Config, log: Log, mistakes: Mistakes): Promise<void> {
  if (otlp === undefined) return;
  // The module is loaded on demand, because most exporters do not push.
  const { loadTlsFiles } = await import('../export/otlp/tls-files.ts');
  try {
    await loadTlsFiles(otlp, log);
  } catch (error) {
    mistakes.add(error);
  }
}

/** Returns the text that a flag requests; `undefined` if no flag requests a text. */
function requestedText({ values, flagValues }: Config, flags: Flags, app: AppInfo): string | undefined {
  if (values.help || values['help-long']) {
    // Some terminals report a width of 0.
    return helpText(flags, { app, columns: process.stdout.columns || undefined, isLong: values['help-long'] });
  }
  if (values.version) return versionText(app);
  return values['config.print'] ? printConfig(flagValues, flags) : undefined;
}

function write(text: string): void {
  process.stdout.write(text);
}
