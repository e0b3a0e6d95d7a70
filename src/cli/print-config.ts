import { stringify } from 'yaml';
import { type Flags, formatValue } from '../flags/flag.ts';
import { redactUrls } from '../util/redact.ts';

const REDACTED = '<redacted>';

/** Flags that affect a single start only. They are not part of a configuration. */
const OMITTED_FLAGS: ReadonlySet<string> = new Set([
  'config.file',
  'config.check',
  'config.print',
  'healthcheck',
  'version',
  'help',
  'help-long',
]);

/**
 * Returns the values of the flags as YAML for `--config.file`. A flag without a value and an unlisted flag that is not set
 * are left out. Each secret is replaced by `<redacted>`. URLs are printed without user and password.
 */
export function printConfig(values: Readonly<Record<string, unknown>>, flags: Flags): string {
  const printed: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (!Object.hasOwn(values, name)) continue;
    const value = values[name];
    if (OMITTED_FLAGS.has(name) || (flag.unlisted && value === flag.default)) continue;
    // --web.listen-port and --web.listen-address exclude each other, so the YAML must not contain both.
    if (name === 'web.listen-address' && values['web.listen-port'] !== '') continue;
    printed[name] = flag.secret && value !== '' ? REDACTED : redact(formatValue(flag, value));
  }
  return stringify(printed);
}

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  return typeof value === 'string' ? redactUrls(value) : value;
}
