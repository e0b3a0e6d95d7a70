import { stringify } from 'yaml';
import { type Flags, formatValue } from '../flags/flag.ts';

const REDACTED = '<redacted>';

/** What is asked of one start: no part of a configuration. */
const ASKED: ReadonlySet<string> = new Set([
  'config.file',
  'config.check',
  'config.print',
  'healthcheck',
  'version',
  'help',
]);

/** The values of all flags as the YAML that `--config.file` reads; a secret is named and not shown. */
export function printConfig(values: Readonly<Record<string, unknown>>, flags: Flags): string {
  const shown: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.unlisted || ASKED.has(name)) continue;
    // A port alone excludes addresses, also those that nobody has written.
    if (name === 'web.listen-address' && values['web.listen-port'] !== '') continue;
    const value = values[name];
    shown[name] = flag.secret && value !== '' ? REDACTED : formatValue(flag, value);
  }
  return stringify(shown);
}
