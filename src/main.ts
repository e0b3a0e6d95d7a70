import './runtime.ts';
import { collectors as definitions } from './collectors/index.ts';
import { type Config, flagsOf, programSources, readConfig, UsageError } from './config.ts';
import { printConfig } from './config-print.ts';
import { Exporter } from './exporter.ts';
import { helpText } from './help.ts';
import { revision, version } from './version.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

await main();

async function main(): Promise<void> {
  try {
    await run(readConfig(programSources(definitions)));
  } catch (error) {
    process.stderr.write(`otel-node-exporter: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function run(config: Config): Promise<void> {
  const flags = flagsOf(definitions);
  if (config.values.help) process.stdout.write(helpText(flags));
  else if (config.values.version)
    process.stdout.write(`${['otel-node-exporter', version, revision].join(' ').trimEnd()}\n`);
  else if (config.values['config.print']) process.stdout.write(printConfig(config.all, flags));
  else if (config.values['config.check']) process.stdout.write('The configuration is good\n');
  else await Exporter.start(config);
}
