/** Endpoints of OTLP: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */

const EXPECTED_URL = 'expected a URL such as http://localhost:4318';
const DEFAULT_GRPC_PORT = '4317';
/**
 * Matches the prefix of a gRPC name that contains a host and a port: https://github.com/grpc/grpc/blob/master/doc/naming.md
 */
const GRPC_PREFIX = /^(?:(?:dns|passthrough):(?:\/\/[^/]*\/)?|ipv4:|ipv6:)/i;
const HOST_AND_PORT = /^(\[[\da-f.:]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

/**
 * Validates an endpoint: a URL with the scheme `http` or `https`, or for gRPC one of `host:port`, `dns:///host:port` and
 * `unix:/path`.
 *
 * @returns an HTTP URL in its normal form, or any other endpoint unchanged
 * @throws {RangeError} for an invalid endpoint
 */
export function validateEndpoint(text: string): string {
  if (!isHttpUrl(text)) {
    resolveEndpoint(text, { isGrpc: true, isInsecure: false });
    return text;
  }
  const url = URL.parse(text);
  if (url === null) throw new RangeError(EXPECTED_URL);
  if (url.username !== '' || url.password !== '') {
    throw new RangeError('expected a URL without user and password; use --otlp.headers for credentials');
  }
  return url.href;
}

/** Returns a validated endpoint with the path `/v1/metrics`. Endpoints for gRPC without a scheme have no path. */
export function withMetricsPath(endpoint: string): string {
  if (!isHttpUrl(endpoint)) return endpoint;
  const url = new URL(endpoint);
  if (!url.pathname.endsWith('/v1/metrics')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/metrics`;
  return url.href;
}

/**
 * Returns the URL of an endpoint, with the scheme `unix` for a socket. An endpoint without a scheme uses TLS unless
 * `isInsecure` is true.
 *
 * @throws {RangeError} if the endpoint is valid for gRPC only and `isGrpc` is false, or if it is invalid
 */
export function resolveEndpoint(
  endpoint: string,
  { isGrpc, isInsecure }: { readonly isGrpc: boolean; readonly isInsecure: boolean },
): URL {
  if (isHttpUrl(endpoint)) return new URL(endpoint);
  if (!isGrpc) throw new RangeError(EXPECTED_URL);
  const [, path] = /^unix:(?:\/\/(?=\/))?(.+)$/i.exec(endpoint) ?? [];
  // encodeURIComponent() throws for half of a surrogate pair, which a text in YAML may contain.
  if (path?.isWellFormed() === false) throw new RangeError(`${EXPECTED_URL}, or a path of Unicode characters`);
  if (path !== undefined) return new URL(`unix:${path.split('/').map(encodeURIComponent).join('/')}`);
  const [, host, port = DEFAULT_GRPC_PORT] = HOST_AND_PORT.exec(endpoint.replace(GRPC_PREFIX, '')) ?? [];
  const url = host === undefined ? null : URL.parse(`${isInsecure ? 'http' : 'https'}://${host}:${port}`);
  if (url === null) throw new RangeError(`${EXPECTED_URL}, or for gRPC a host and a port such as localhost:4317`);
  return url;
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
