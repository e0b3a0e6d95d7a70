import type { Flags } from '../flags/flag.ts';
import { suggest } from '../flags/suggest.ts';
import type { Invocation } from './invocation.ts';

const PREFIX = 'EXPORTER_';
const COLLECTOR_PREFIX = `${PREFIX}COLLECTOR_`;

/** Returns the name of a flag's environment variable, for example `EXPORTER_WEB_LISTEN_ADDRESS` for `web.listen-address`. */
export function variableOf(flag: string): string {
  return `${PREFIX}${flag.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Returns a warning for each unknown variable `EXPORTER_*` whose name resembles the variable of a flag. */
export function misspelledVariableWarnings(flags: Flags, env: Invocation['env']): readonly string[] {
  const known = new Set(Object.keys(flags).map(variableOf));
  const unknown = Object.keys(env).filter((variable) => variable.startsWith(PREFIX) && !known.has(variable));
  return unknown.flatMap((variable) => {
    if (isServiceLink(variable, env)) return [];
    // The comparison leaves out the common prefix of the names. With this long prefix, all names would be similar.
    const prefix = variable.startsWith(COLLECTOR_PREFIX) ? COLLECTOR_PREFIX : PREFIX;
    const suffixes = [...known].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
    const suggestion = suggest(variable.slice(prefix.length), suffixes);
    return suggestion === undefined ? [] : [`Ignoring variable ${variable}; did you mean ${prefix}${suggestion}?`];
  });
}

/**
 * Returns whether a variable belongs to a Service of Kubernetes. Kubernetes sets such variables in every pod. For example,
 * it sets `EXPORTER_METRICS_PORT` and `EXPORTER_METRICS_SERVICE_HOST` for the Service `exporter-metrics`.
 *
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(variable: string, env: Invocation['env']): boolean {
  const [, service] = /^(.+?)_(?:PORT|SERVICE)(?:_|$)/.exec(variable) ?? [];
  return service !== undefined && env[`${service}_SERVICE_HOST`] !== undefined;
}
