import { type AppInfo, OTEL_NODE_EXPORTER } from '../config/app-info.ts';
import { UNSUPPORTED_COLLECTORS } from '../config/unsupported-flags.ts';
import { type Flag, type Flags, formatValue } from '../flags/flag.ts';

const WIDTH = 100;
const INDENT = 8;

/** Returns the text of `--help`: every flag with its description and default. */
export function helpText(flags: Flags, { name, subject }: AppInfo = OTEL_NODE_EXPORTER): string {
  const entries = Object.entries(flags)
    .filter(([, { unlisted }]) => !unlisted)
    .map(([flagName, flag]) => `  ${formatFlag(flagName, flag)}\n${wrap(descriptionOf(flag))}`);
  return `Usage: ${name} [flags]

Each flag can also be set by an environment variable (EXPORTER_WEB_LISTEN_ADDRESS for
--web.listen-address) and by a key of the same name in the file of --config.file. A flag takes
precedence over a variable, and a variable over the file.

${entries.join('\n')}
${subject === 'host' ? unsupportedText() : ''}`;
}

function unsupportedText(): string {
  return `
Flags of node_exporter that have no effect here are accepted with a warning. These collectors of
node_exporter are not supported:
  ${UNSUPPORTED_COLLECTORS.map(({ name }) => name).join(', ')}
`;
}

/** Returns how a flag is written: `--[no-]collector.cpu`, `--web.listen-address=ADDRESS …` (repeatable). */
export function formatFlag(name: string, { placeholder, repeatable }: Flag): string {
  if (placeholder === undefined) return `--[no-]${name}`;
  return `--${name}=${placeholder}${repeatable ? ' …' : ''}`;
}

function descriptionOf(flag: Flag): string {
  const byDefault = defaultText(flag);
  return byDefault === '' ? flag.help : `${flag.help} (default: ${byDefault})`;
}

/** Returns the default of a flag as text; an empty text for the defaults `false`, `undefined`, empty text and empty list. */
export function defaultText(flag: Flag): string {
  const value = formatValue(flag, flag.default);
  if (Array.isArray(value)) return value.join(', ');
  return value === false || value === undefined ? '' : String(value);
}

function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > WIDTH - INDENT) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => ' '.repeat(INDENT) + line).join('\n');
}
