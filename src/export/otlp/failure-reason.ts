import { codeOf, messageOf } from '../../util/errors.ts';
import { toLogText } from './service-response.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EPIPE: 'connection closed',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'DNS lookup failed',
  ENOENT: 'the socket does not exist',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the Collector does not use TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the Collector does not use TLS',
};

/** Returns the reason why an attempt got no response, for a log message. */
export function failureReason(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return `no response within ${timeoutMs / 1000} s`;
  }
  // If a host name has several addresses, the error contains one error for each address. The first of these errors is the
  // reason.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return REASONS[codeOf(first) ?? ''] ?? toLogText(messageOf(first ?? error));
}
