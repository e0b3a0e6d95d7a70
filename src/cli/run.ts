import { cwd } from 'node:process';
import { Exporter, type ExporterParts } from '../app/exporter.ts';
import type { CollectorDefinition } from '../collection/collector.ts';
import { readConfig } from '../config/config.ts';
import { MODULE_FLAGS, readFlags } from '../config/early-flags.ts';
import type { Invocation } from '../config/invocation.ts';
import { DEFAULT_PROGRAM_FLAGS, flagsOf, type ProgramFlags } from '../config/program-flags.ts';
import { loadModules } from '../custom/load-modules.ts';
import { validateNames } from '../custom/validate-names.ts';
import { helpText } from './help.ts';
import { printConfig } from './print-config.ts';

export interface Program extends ExporterParts {
  readonly invocation: Invocation;
  /** Flags of the program. Default: the flags of otel-node-exporter. */
  readonly programFlags?: ProgramFlags;
  /** Collectors of the program, to which the collectors of modules are added. */
  readonly definitions: readonly CollectorDefinition[];
  /** URL of the running program, which modules import as the library. */
  readonly library: string;
}

/**
 * Starts the exporter, or writes the text that a flag requests (`--help`, `--version`, `--config.print`, `--config.check`).
 *
 * @returns the running exporter; `undefined` if a flag requests a text
 * @throws {UsageError} for an invalid command line, environment or configuration file
 * @throws {Error} for a module that cannot be loaded, and for an exporter that cannot start
 */
export async function run(program: Program): Promise<Exporter | undefined> {
  const { app, invocation, programFlags = DEFAULT_PROGRAM_FLAGS, library } = program;
  const { 'collector.module': modules } = readFlags(invocation, MODULE_FLAGS);
  const moduleDefinitions = await loadModules(modules, { library, directory: cwd() });
  const definitions = [...program.definitions, ...moduleDefinitions];
  validateNames(definitions, app.name, programFlags);
  const flags = flagsOf(definitions, programFlags);
  const config = readConfig({ ...invocation, definitions, programFlags });
  if (config.values.help) write(helpText(flags, app));
  else if (config.values.version) write(`${[app.name, app.version, app.revision].join(' ').trimEnd()}\n`);
  else if (config.values['config.print']) write(printConfig(config.flagValues, flags));
  else {
    const exporter = new Exporter(config, program);
    if (!config.values['config.check']) {
      await exporter.start();
      return exporter;
    }
    write('The configuration is good\n');
  }
  return undefined;
}

function write(text: string): void {
  process.stdout.write(text);
}
