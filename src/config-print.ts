import { stringify } from 'yaml';
import { type Flags, showValue } from './flag.ts';

const REDACTED = '<redacted>';

/** The values of all flags as the YAML that `--config.file` reads; a secret is named and not shown. */
export function printConfig(values: Readonly<Record<string, unknown>>, flags: Flags): string {
  const shown: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.unlisted) continue;
    const value = values[name];
    shown[name] = flag.secret && value !== '' ? REDACTED : showValue(flag, value);
  }
  return stringify(shown);
}
