import type { AppInfo } from '../config/app-info.ts';
import { UNSUPPORTED_COLLECTORS } from '../config/unsupported-flags.ts';
import { type Flag, type Flags, formatValue } from '../flags/flag.ts';
import { type FlagSection, groupByHeading } from './help-headings.ts';

export interface HelpOptions {
  readonly app: Pick<AppInfo, 'name' | 'subject'>;
  /** Width of the terminal in columns; `undefined` if the text is not written to a terminal. */
  readonly columns: number | undefined;
  /** True for `--help-long`. The text then also contains deprecated flags, flags without effect, and long defaults. */
  readonly isLong: boolean;
}

const MAX_COLUMNS = 120;
const MIN_COLUMNS = 60;

const INTRODUCTION =
  'Each flag can also be set by an environment variable (EXPORTER_WEB_LISTEN_ADDRESS for --web.listen-address) and by a key ' +
  'of the same name in the file of --config.file. A flag takes precedence over a variable, and a variable over the file.';

const UNSUPPORTED = `These collectors of node_exporter are not supported: ${UNSUPPORTED_COLLECTORS.map(({ name }) => name).join(', ')}.`;
const UNLISTED = '--help-long also lists flags of node_exporter that are deprecated or have no effect here.';

/** Returns the text of `--help`. The text lists the flags under headings, each flag with its description and default. */
export function helpText(flags: Flags, { app, columns = MAX_COLUMNS, isLong }: HelpOptions): string {
  const width = Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS);
  const shown = Object.fromEntries(Object.entries(flags).filter(([, { unlisted }]) => isLong || !unlisted));
  const paragraphs = [
    [`Usage: ${app.name} [flags]`],
    wrap(INTRODUCTION, width),
    ...groupByHeading(shown).map((section) => sectionLines(section, { width, isLong })),
    ...(app.subject === 'host' ? [wrap(isLong ? UNSUPPORTED : `${UNSUPPORTED} ${UNLISTED}`, width)] : []),
  ];
  return paragraphs.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

interface Layout {
  readonly width: number;
  readonly isLong: boolean;
}

const INDENT = 2;
/** Minimum number of spaces between a flag and its description. */
const GAP = 2;
/** Maximum share of the width for the column of the flags. If a flag is longer, its description starts on the next line. */
const FLAG_SHARE = 0.45;

function sectionLines({ heading, entries, statesDefaults }: FlagSection, { width, isLong }: Layout): readonly string[] {
  const lengths = entries.map(([name, flag]) => INDENT + formatFlag(name, flag).length + GAP);
  const column = Math.min(Math.max(...lengths), Math.floor(width * FLAG_SHARE));
  const lines = entries.flatMap(([name, flag]) => {
    const written = ' '.repeat(INDENT) + formatFlag(name, flag);
    const description = statesDefaults ? flag.help : withDefault(flag, isLong);
    const [first = '', ...others] = wrap(description, width - column);
    const rest = others.map((line) => ' '.repeat(column) + line);
    if (written.length + GAP > column) return [written, ' '.repeat(column) + first, ...rest];
    return [written.padEnd(column) + first, ...rest];
  });
  return [`${heading}:`, ...lines];
}

/** Returns the syntax of a flag: `--[no-]collector.cpu`, or `--web.listen-address=ADDRESS …` for a repeatable flag. */
export function formatFlag(name: string, { placeholder, repeatable }: Flag): string {
  if (placeholder === undefined) return `--[no-]${name}`;
  return `--${name}=${placeholder}${repeatable ? ' …' : ''}`;
}

/** Maximum length of a default in `--help`. In place of a longer default, the text refers to `--help-long`. */
const MAX_DEFAULT_LENGTH = 60;

function withDefault(flag: Flag, isLong: boolean): string {
  const text = defaultText(flag);
  if (text === '') return flag.help;
  return `${flag.help} (default: ${isLong || text.length <= MAX_DEFAULT_LENGTH ? text : 'see --help-long'})`;
}

/**
 * Returns the default of a flag as text. Returns an empty text for the defaults `false`, `undefined`, empty text and empty
 * list.
 */
export function defaultText(flag: Flag): string {
  const value = formatValue(flag, flag.default);
  if (Array.isArray(value)) return value.join(', ');
  return value === false || value === undefined ? '' : String(value);
}

/** Splits a text into lines between words. A word is split too if it is longer than a line. */
function wrap(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const isFirst = line === '';
    if (!isFirst && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = isFirst ? word : `${line} ${word}`;
    while ((lines.at(-1)?.length ?? 0) > width) {
      const long = lines.pop() ?? '';
      lines.push(long.slice(0, width), long.slice(width));
    }
  }
  return lines;
}
