import { getMessages, getText, parseFields, parseNumbers } from '../../formats/protobuf.ts';
import { toLogText } from './service-response.ts';
import { type ExportResponse, toRetryable } from './transport.ts';

/** The status of a gRPC call that failed. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export interface GrpcFailure {
  readonly code: number;
  readonly message: string;
  /** Value of the trailer `grpc-status-details-bin`. */
  readonly details: string | undefined;
}

const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const UNKNOWN = 2;
const RESOURCE_EXHAUSTED = 8;
/** Status codes after which a push is sent again: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);

/** Returns the result of a call that the Collector or a proxy has ended with a status other than OK. */
export function toFailureResponse({ code, message, details }: GrpcFailure): ExportResponse {
  const reason = toLogText(`${code} ${NAMES[code] ?? 'UNKNOWN'}: ${message}`).replace(/:$/, '');
  const retryInMillis = parseRetryDelay(details);
  // RESOURCE_EXHAUSTED is retryable only if the Collector sends a delay.
  const isRetryable = RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && retryInMillis !== undefined);
  return isRetryable ? toRetryable(reason, retryInMillis) : { status: 'failure', reason };
}

/** gRPC status codes by HTTP status. https://grpc.github.io/grpc/core/md_doc_http-grpc-status-mapping.html */
const CODES_BY_HTTP_STATUS: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** Returns the failure for an HTTP response without a gRPC status, such as the error page of a proxy. */
export function fromHttpStatus(status: number): GrpcFailure {
  return {
    code: CODES_BY_HTTP_STATUS[status] ?? UNKNOWN,
    message: `HTTP status ${status} without a status of gRPC`,
    details: undefined,
  };
}

/** Parses the header `grpc-status`. Returns UNKNOWN for an invalid header. */
export function parseStatus(header: string): number {
  return /^\s*\d{1,9}\s*$/.test(header) ? Number(header) : UNKNOWN;
}

/** Decodes the header `grpc-message`, which is percent-encoded. Returns an invalid header unchanged. */
export function decodeMessage(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

/** Largest number of seconds that counts as positive. The encoding of a negative number is larger. */
const MAX_SECONDS = 2 ** 32;

/**
 * Returns the delay of the `google.rpc.RetryInfo` in a serialized `google.rpc.Status`, in milliseconds. Returns `undefined`
 * if the status has no `RetryInfo`, or is malformed.
 *
 * @param header value of `grpc-status-details-bin`: base64 with or without padding
 */
function parseRetryDelay(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  try {
    for (const detail of getMessages(parseFields(Buffer.from(header, 'base64')), 3)) {
      if (!getText(detail, 1)?.endsWith('/google.rpc.RetryInfo')) continue;
      const retryInfo = parseFields(detail.get(2)?.at(-1) ?? Buffer.alloc(0));
      const duration = parseNumbers(retryInfo.get(1)?.at(-1) ?? Buffer.alloc(0));
      const seconds = duration.get(1) ?? 0;
      return seconds > MAX_SECONDS ? 0 : seconds * 1000 + (duration.get(2) ?? 0) / 1e6;
    }
  } catch {
    // The status code is valid without its details.
  }
  return undefined;
}
