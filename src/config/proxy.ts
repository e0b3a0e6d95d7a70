import type { Invocation } from './invocation.ts';
import { isInNoProxy, isLoopback } from './no-proxy.ts';

/** Protocol of the push. Each protocol has different proxy variables. */
export type ProxyUse = 'http' | 'grpc';

/**
 * Variables for the proxy in order of precedence, in lower case. Each variable also exists in upper case. A key consists of
 * the protocol of the push and the scheme of the endpoint.
 */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'http http:': ['http_proxy', 'all_proxy'],
  'http https:': ['https_proxy', 'all_proxy'],
  'grpc http:': ['grpc_proxy', 'https_proxy', 'http_proxy', 'all_proxy'],
  'grpc https:': ['grpc_proxy', 'https_proxy', 'http_proxy', 'all_proxy'],
};
const EXCEPTIONS: Readonly<Record<ProxyUse, readonly string[]>> = {
  http: ['no_proxy'],
  grpc: ['no_grpc_proxy', 'no_proxy'],
};

/**
 * Returns the URL of the HTTP proxy for an endpoint, from the variables that curl and gRPC use; `undefined` to connect
 * directly. Connections to the loopback interface and to Unix sockets are always direct.
 *
 * https://grpc.github.io/grpc/core/md_doc_environment_variables.html
 *
 * @param warn called for each invalid variable. The message contains no value, because the value may contain a password.
 */
export function readProxy(
  endpoint: URL,
  { use, env, warn }: { use: ProxyUse; env: Invocation['env']; warn: (message: string) => void },
): URL | undefined {
  const variables = VARIABLES[`${use} ${endpoint.protocol}`];
  const host = endpoint.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(endpoint.port || (endpoint.protocol === 'https:' ? 443 : 80));
  if (variables === undefined || isLoopback(host)) return undefined;
  const [exceptions] = valuesOf(EXCEPTIONS[use], env);
  if (exceptions !== undefined && isInNoProxy(exceptions.value, { host, port })) return undefined;
  for (const { variable, value } of valuesOf(variables, env)) {
    const proxy = parseProxy(value);
    if (proxy !== undefined) return proxy;
    warn(`Ignoring variable ${variable}: expected the URL of an HTTP proxy, such as http://proxy:3128`);
  }
  return undefined;
}

interface VariableValue {
  readonly variable: string;
  readonly value: string;
}

/** Returns the variables that are not empty. As in curl, a name in lower case takes precedence. */
function valuesOf(names: readonly string[], env: Invocation['env']): readonly VariableValue[] {
  return names
    .flatMap((name) => [name, name.toUpperCase()])
    .map((variable) => ({ variable, value: env[variable]?.trim() ?? '' }))
    .filter(({ value }) => value !== '');
}

/** Parses the URL of a proxy. The default scheme is `http`. Returns `undefined` for an invalid URL. */
function parseProxy(value: string): URL | undefined {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  // If the password contains an unescaped "/", "?" or "#", the parser ends the host name there. The text after the host name
  // then contains the "@".
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) return undefined;
  try {
    decodeURIComponent(`${url.username}:${url.password}`);
  } catch {
    return undefined;
  }
  return url;
}
