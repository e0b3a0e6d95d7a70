import { stringify } from 'yaml';
import type { Flag } from './flag.ts';
import { writtenRegexp } from './go-regexp.ts';

const REDACTED = '<redacted>';

/** The values of all flags as the YAML that `--config.file` reads; a secret is named and not shown. */
export function printConfig(values: Readonly<Record<string, unknown>>, flags: Readonly<Record<string, Flag>>): string {
  const shown: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    if (flag.unlisted) continue;
    const value = values[name];
    if (flag.placeholder === 'DURATION') shown[name] = `${value}s`;
    else if (value instanceof RegExp) shown[name] = writtenRegexp(value);
    else if (flag.secret && value !== '') shown[name] = REDACTED;
    else shown[name] = value;
  }
  return stringify(shown);
}
