import { collectors as definitions } from './collectors/index.ts';
import { flagsOf, programSources, readConfig } from './config.ts';
import { printConfig } from './config-print.ts';
import { Exporter } from './exporter.ts';
import { helpText } from './help.ts';
import { revision, version } from './version.ts';

/**
 * Does what the configuration asks for; started, the exporter serves until a signal comes.
 *
 * @throws {Error} with one line for the operator
 */
export async function runProgram(): Promise<void> {
  const config = readConfig(programSources(definitions));
  const flags = flagsOf(definitions);
  if (config.values.help) process.stdout.write(helpText(flags));
  else if (config.values.version)
    process.stdout.write(`${['otel-node-exporter', version, revision].join(' ').trimEnd()}\n`);
  else if (config.values['config.print']) process.stdout.write(printConfig(config.all, flags));
  else if (config.values['config.check']) process.stdout.write('The configuration is good\n');
  else await Exporter.start(config);
}
