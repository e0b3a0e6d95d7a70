import type { ProgramValues } from '../config/program-flags.ts';
import { CONNECTION_SHARE, memoryLimit, openFileLimit } from '../host/process-limits.ts';
import type { ConnectionLimits } from '../http/connections.ts';

const MEBIBYTE = 1024 * 1024;

/** Memory per connection: the buffers of the process and of the kernel for a response that a client does not read. */
const BYTES_PER_CONNECTION = MEBIBYTE;
const MAX_CONNECTIONS = 1024;
const MIN_CONNECTIONS = 8;

/** Share of the memory for response bodies that clients have not read. */
const UNSENT_SHARE = 1 / 8;

type Values = Pick<ProgramValues, 'web.max-connections' | 'web.max-unsent-megabytes' | 'web.response-timeout'>;

export function connectionLimits(values: Values): ConnectionLimits {
  return {
    maxConnections: values['web.max-connections'] || defaultMaxConnections(),
    responseTimeout: values['web.response-timeout'],
  };
}

/** Returns the maximum number of bytes of the response bodies that clients have not read. */
export function maxUnsentBytes(values: Values): number {
  return values['web.max-unsent-megabytes'] * MEBIBYTE || memoryLimit() * UNSENT_SHARE;
}

function defaultMaxConnections(): number {
  const limit = Math.min(MAX_CONNECTIONS, memoryLimit() / BYTES_PER_CONNECTION, openFileLimit() * CONNECTION_SHARE);
  return Math.max(MIN_CONNECTIONS, Math.floor(limit));
}
