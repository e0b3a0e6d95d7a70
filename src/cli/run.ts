import { cwd } from 'node:process';
import { Exporter, type ExporterParts } from '../app/exporter.ts';
import type { CollectorDefinition } from '../collection/collector.ts';
import {
  flagsOf,
  MODULE_FLAGS,
  OUR_FLAGS,
  type ProgramFlags,
  readConfig,
  readSome,
  type Sources,
} from '../config/config.ts';
import { loadModules } from '../custom/load-modules.ts';
import { validateNames } from '../custom/validate-names.ts';
import { helpText } from './help.ts';
import { printConfig } from './print-config.ts';

export interface Program extends ExporterParts {
  readonly sources: Sources;
  /** Its flags without those of its collectors. Default: ours. */
  readonly flags?: ProgramFlags;
  /** Its collectors, without those of modules. */
  readonly definitions: readonly CollectorDefinition[];
  /** The URL of the running program, for the modules that import the library. */
  readonly library: string;
}

/**
 * Does what a command line asks for.
 *
 * @returns the exporter when it has started; `undefined` when only a text was asked for, and has been written
 * @throws {UsageError} for a command line, an environment or a file that is wrong
 * @throws {Error} with one line for the operator, for a module that cannot be loaded or an exporter that cannot start
 */
export async function run(program: Program): Promise<Exporter | undefined> {
  const { app, sources, flags: own = OUR_FLAGS } = program;
  const { 'collector.module': modules } = readSome(sources, MODULE_FLAGS);
  const definitions = [
    ...program.definitions,
    ...(await loadModules(modules, { library: program.library, folder: cwd() })),
  ];
  validateNames(definitions, app.name, own);
  const flags = flagsOf(definitions, own);
  const config = readConfig({ ...sources, definitions, program: own });
  if (config.values.help) write(helpText(flags, app));
  else if (config.values.version) write(`${[app.name, app.version, app.revision].join(' ').trimEnd()}\n`);
  else if (config.values['config.print']) write(printConfig(config.all, flags));
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
