import { type AppInfo, OTEL_NODE_EXPORTER } from '../config/app-info.ts';
import { UNSUPPORTED_COLLECTORS } from '../config/unsupported-flags.ts';
import { type Flag, type Flags, showValue } from '../flags/flag.ts';

const WIDTH = 100;
const INDENT = 8;

/** The text of `--help`: every flag with what it does and its default. */
export function helpText(flags: Flags, { name, subject }: AppInfo = OTEL_NODE_EXPORTER): string {
  const entries = Object.entries(flags)
    .filter(([, { unlisted }]) => !unlisted)
    .map(([name, flag]) => `  ${spelling(name, flag)}\n${wrap(sentence(flag))}`);
  return `Usage: ${name} [flags]

Each flag is also a variable (--web.listen-address is EXPORTER_WEB_LISTEN_ADDRESS) and a key of --config.file.
A flag wins over a variable, a variable over the file.

${entries.join('\n')}
${subject === 'host' ? leftOutText() : ''}`;
}

function leftOutText(): string {
  return `
Flags of node_exporter that change nothing here are taken with a warning. These collectors of node_exporter are left out:
  ${UNSUPPORTED_COLLECTORS.map(({ name }) => name).join(', ')}
`;
}

/** `--[no-]collector.cpu`, `--web.listen-address=ADDRESS …` */
export function spelling(name: string, { placeholder, repeatable }: Flag): string {
  if (placeholder === undefined) return `--[no-]${name}`;
  return `--${name}=${placeholder}${repeatable ? ' …' : ''}`;
}

function sentence(flag: Flag): string {
  const byDefault = defaultText(flag);
  return byDefault === '' ? flag.help : `${flag.help} (default: ${byDefault})`;
}

export function defaultText(flag: Flag): string {
  const value = showValue(flag, flag.default);
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
