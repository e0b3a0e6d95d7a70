import { stringify } from 'yaml';
import { type Flags, formatValue } from '../flags/flag.ts';

const REDACTED = '<redacted>';

/** Flags that control a single start and are not part of a configuration. */
const OMITTED_FLAGS: ReadonlySet<string> = new Set([
  'config.file',
  'config.check',
  'config.print',
  'healthcheck',
  'version',
  'help',
]);

/** Returns the values of all flags as YAML that `--config.file` can read. Secrets are replaced by `<redacted>`. */
export function printConfig(values: Readonly<Record<string, unknown>>, flags: Flags): string {
  const printed: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.unlisted || OMITTED_FLAGS.has(name)) continue;
    // A file with both web.listen-port and web.listen-address would be rejected, even if one value is the default.
    if (name === 'web.listen-address' && values['web.listen-port'] !== '') continue;
    const value = values[name];
    printed[name] = flag.secret && value !== '' ? REDACTED : formatValue(flag, value);
  }
  return stringify(printed);
}
