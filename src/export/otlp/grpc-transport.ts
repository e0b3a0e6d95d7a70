/**
 * OTLP over gRPC: unary calls on one HTTP/2 connection. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
 *
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { failureReason } from './failure-reason.ts';
import { openHttp2Session } from './grpc-session.ts';
import { decodeMessage, fromHttpStatus, type GrpcFailure, parseStatus, toFailureResponse } from './grpc-status.ts';
import type { HttpTransportOptions } from './http-transport.ts';
import { toSuccess } from './service-response.ts';
import type { TlsContents } from './tls-files.ts';
import { type ExportResponse, type Transport, toRetryable } from './transport.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
/** Size of the prefix of a message: a compression flag in one byte, and the length of the message in four bytes. */
const PREFIX_BYTES = 5;
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** Error code of HTTP/2 for a stream that is not needed any more: https://www.rfc-editor.org/rfc/rfc9113#name-error-codes */
const CANCEL = 8;
/**
 * Matches the headers that the configuration cannot set: headers of a connection, which HTTP/2 does not allow, and headers
 * that the transport sets.
 */
const RESERVED_HEADERS =
  /^(?:connection|keep-alive|proxy-connection|transfer-encoding|upgrade|host|te|content-.*|grpc-.*)$/;

export type GrpcTransportOptions = Omit<HttpTransportOptions, 'contentType'>;

/** A gRPC response: headers and trailers in one object, and the body. */
interface GrpcResponse {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export class GrpcTransport implements Transport {
  readonly address: string;
  readonly #options: GrpcTransportOptions;
  #session: ClientHttp2Session | undefined;
  /** The contents of the TLS files that the session uses. */
  #contents: TlsContents | undefined;

  constructor(options: GrpcTransportOptions) {
    const { protocol, host, pathname } = options.endpoint;
    this.#options = options;
    this.address = protocol === 'unix:' ? `unix:${pathname}` : `${protocol}//${host}`;
  }

  /** Returns the message with its prefix. */
  async encode(message: Uint8Array): Promise<Uint8Array> {
    const { compressed } = this.#options;
    const content = compressed ? await compress(message) : message;
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt8(compressed ? 1 : 0);
    prefix.writeUInt32BE(content.length, 1);
    return Buffer.concat([prefix, content]);
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    const { timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const session = await this.#currentSession(signal);
      return await toExportResponse(await this.#call(session, body, signal));
    } catch (error) {
      // The next attempt uses a new connection, because this one may be broken.
      this.close();
      return toRetryable(failureReason(signal.aborted ? signal.reason : error, timeoutMs), undefined);
    }
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  /** Returns a session with the current TLS files. Closes a session that uses earlier contents of these files. */
  async #currentSession(signal: AbortSignal): Promise<ClientHttp2Session> {
    const contents = await this.#options.tls?.current();
    if (contents !== this.#contents || this.#session?.closed || this.#session?.destroyed) this.close();
    this.#contents = contents;
    this.#session ??= await openHttp2Session(this.#options, { contents, signal });
    return this.#session;
  }

  async #call(session: ClientHttp2Session, body: Uint8Array, signal: AbortSignal): Promise<GrpcResponse> {
    const { headers, compressed, timeoutMs, userAgent } = this.#options;
    const allowed = Object.entries(headers).filter(([name]) => !RESERVED_HEADERS.test(name));
    const stream = session.request(
      {
        'user-agent': userAgent,
        ...Object.fromEntries(allowed),
        ':method': 'POST',
        ':path': METHOD,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${Math.ceil(timeoutMs)}m`,
        'grpc-accept-encoding': 'identity,gzip',
        ...(compressed && { 'grpc-encoding': 'gzip' }),
      },
      { signal },
    );
    stream.end(body);
    return readResponse(stream);
  }
}

/**
 * Returns the response of a stream. A stream that ends with an error after its status counts as complete.
 *
 * @throws {Error} if the stream ends before the status
 */
async function readResponse(stream: ClientHttp2Stream): Promise<GrpcResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<GrpcResponse>();
  const headers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  let bytes = 0;
  let failure: unknown;
  const addHeaders = (more: IncomingHttpHeaders): void => {
    Object.assign(headers, more);
  };
  stream.on('response', addHeaders).on('trailers', addHeaders);
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  });
  stream.on('error', (error) => {
    failure = error;
  });
  stream.on('end', () => {
    // The Collector may respond before it has received the whole request. The rest of the request is not needed then.
    if (headers['grpc-status'] !== undefined && !stream.writableFinished) stream.close(CANCEL);
  });
  stream.on('close', () => {
    // A reset of the stream with some codes causes no error event.
    const isReset = failure !== undefined || (stream.rstCode ?? 0) !== 0;
    const isComplete = headers['grpc-status'] !== undefined || (headers[':status'] !== undefined && !isReset);
    if (isComplete) resolve({ headers, body: Buffer.concat(chunks) });
    else reject(failure ?? new Error('connection closed without a response'));
  });
  return promise;
}

async function toExportResponse({ headers, body }: GrpcResponse): Promise<ExportResponse> {
  const { ':status': httpStatus = 200, 'grpc-encoding': encoding } = headers;
  const status = headerOf(headers, 'grpc-status')?.split(',', 1)[0];
  if (status === undefined) return toFailureResponse(fromHttpStatus(Number(httpStatus)));
  const code = parseStatus(status);
  if (code === 0) return toSuccess(await readMessage(body, encoding === 'gzip'), 'protobuf');
  const failure: GrpcFailure = {
    code,
    message: decodeMessage(headerOf(headers, 'grpc-message') ?? ''),
    details: headerOf(headers, 'grpc-status-details-bin')?.split(',', 1)[0],
  };
  return toFailureResponse(failure);
}

/** Returns the value of a header. Node.js joins repeated headers with a comma. */
function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(',') : value;
}

/**
 * Returns the message in a body. Returns an empty message for a malformed body, because the status is valid without a
 * message.
 */
async function readMessage(body: Buffer, isGzip: boolean): Promise<Buffer> {
  const message = body.subarray(PREFIX_BYTES);
  if (body[0] !== 1) return message;
  try {
    return isGzip ? await decompress(message, { maxOutputLength: MAX_RESPONSE_BYTES }) : Buffer.alloc(0);
  } catch {
    // The message is not valid gzip data, or is larger than a response may be.
    return Buffer.alloc(0);
  }
}
