/**
 * OTLP over HTTP, with one POST for each attempt. https://opentelemetry.io/docs/specs/otlp/#otlphttp
 *
 * The transport of OpenTelemetry's exporters is not used: it repeats a request up to five times and does not return
 * `Retry-After`. The retry queue needs this header, and has to end the pause between attempts when the exporter stops.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sharedLookup } from '../../host/shared-lookup.ts';
import { codeOf } from '../../util/errors.ts';
import { failureReason } from './failure-reason.ts';
import { followRedirect, type RequestTarget } from './redirect.ts';
import { parseRetryAfter } from './retry-after.ts';
import { toLogText, toSuccess } from './service-response.ts';
import type { TlsContents, TlsFiles } from './tls-files.ts';
import { type ExportResponse, type Transport, toRetryable } from './transport.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Time after which an idle connection is closed: less than the idle timeout of most servers and proxies. */
export const IDLE_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** Maximum number of redirects that one attempt follows. */
const MAX_REDIRECTS = 5;
/** Errors of a connection that the server has closed while it was idle. */
const CLOSED_WHILE_IDLE: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);
/** HTTP statuses after which a push is sent again: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface HttpTransportOptions {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly compressed: boolean;
  readonly timeoutMs: number;
  /** The TLS files; `undefined` if the endpoint does not use TLS. */
  readonly tls: Pick<TlsFiles, 'current'> | undefined;
  /** URL of the HTTP proxy, with credentials; `undefined` to connect to the endpoint directly. */
  readonly proxy: URL | undefined;
  readonly userAgent: string;
}

export class HttpTransport implements Transport {
  readonly address: string;
  readonly #options: HttpTransportOptions;
  /** Agents by the scheme of their URLs. A redirect may change the scheme. */
  #agents = new Map<string, HttpAgent>();
  /** The contents of the TLS files that the agents use. */
  #contents: TlsContents | undefined;

  constructor(options: HttpTransportOptions) {
    const { endpoint } = options;
    this.#options = options;
    this.address = `${endpoint.origin}${endpoint.pathname}`;
  }

  async encode(message: Uint8Array): Promise<Uint8Array> {
    return this.#options.compressed ? compress(message) : message;
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    const { endpoint, headers, timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      await this.#renewAgents();
      let target: RequestTarget = { url: endpoint, headers };
      for (let redirects = 0; ; redirects += 1) {
        const response = await this.#post(body, target, signal);
        const next = redirects < MAX_REDIRECTS ? followRedirect(target, response) : undefined;
        if (next === undefined) return await this.#read(response);
        response.on('error', () => undefined).resume();
        target = next;
      }
    } catch (error) {
      const malformed = parseMalformedResponse(error);
      if (malformed !== undefined) return this.#toExportResponse({ ...malformed, headers: {} }, Buffer.alloc(0));
      return toRetryable(failureReason(error, timeoutMs), undefined);
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** Reads the TLS files. If they have changed, closes the connections that use earlier contents of these files. */
  async #renewAgents(): Promise<void> {
    const contents = await this.#options.tls?.current();
    if (contents !== this.#contents) this.close();
    this.#contents = contents;
  }

  #agentFor({ protocol }: URL): HttpAgent {
    const agent = this.#agents.get(protocol) ?? this.#createAgent(protocol);
    this.#agents.set(protocol, agent);
    return agent;
  }

  #createAgent(protocol: string): HttpAgent {
    const proxy = this.#options.proxy?.href;
    const options = {
      keepAlive: true,
      timeout: IDLE_TIMEOUT_MS,
      lookup: sharedLookup,
      ...(proxy !== undefined && { proxyEnv: { http_proxy: proxy, https_proxy: proxy } }),
    };
    return protocol === 'https:' ? new HttpsAgent({ ...options, ...this.#contents }) : new HttpAgent(options);
  }

  async #post(body: Uint8Array, target: RequestTarget, signal: AbortSignal): Promise<IncomingMessage> {
    const { contentType, compressed, userAgent } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agentFor(target.url),
      signal,
      headers: {
        'User-Agent': userAgent,
        ...target.headers,
        'Content-Type': contentType,
        'Content-Length': body.length,
        ...(compressed ? { 'Content-Encoding': 'gzip' } : {}),
      },
    };
    const request = (target.url.protocol === 'https:' ? httpsRequest : httpRequest)(target.url, options);
    const onError = (error: unknown): void => {
      // The server has closed the idle connection. Repeat the request on a new connection.
      if (request.reusedSocket && CLOSED_WHILE_IDLE.has(codeOf(error))) resolve(this.#post(body, target, signal));
      else reject(error);
    };
    // If the server switches protocols, the event "close" occurs without the event "error".
    const onClose = (): void => reject(new Error('connection closed without a response'));
    // While the tunnel through a proxy is not open, Node.js does not end the request when the signal is aborted.
    const onAbort = (): void => reject(signal.reason);
    request.on('error', onError).on('close', onClose);
    signal.addEventListener('abort', onAbort);
    request.on('response', (response) => {
      // An error after the status must not cause another attempt: the Collector may have accepted the metrics.
      request
        .off('error', onError)
        .off('close', onClose)
        .on('error', () => undefined);
      signal.removeEventListener('abort', onAbort);
      resolve(response);
    });
    request.end(body);
    return promise;
  }

  async #read(response: IncomingMessage): Promise<ExportResponse> {
    // The status is valid even if the connection ends before the end of the body.
    const body = await readBody(response).catch(() => Buffer.alloc(0));
    return this.#toExportResponse(response, body);
  }

  #toExportResponse(
    { statusCode = 0, statusMessage = '', headers }: Pick<IncomingMessage, 'statusCode' | 'statusMessage' | 'headers'>,
    body: Buffer,
  ): ExportResponse {
    if (statusCode >= 200 && statusCode <= 299) {
      return toSuccess(body, bodyFormat(headers['content-type'] ?? this.#options.contentType));
    }
    const reason = toLogText(`${statusCode} ${statusMessage}`);
    if (!RETRYABLE.has(statusCode)) return { status: 'failure', reason };
    return toRetryable(reason, parseRetryAfter(headers['retry-after'], Date.now()));
  }
}

/**
 * Returns the status of a response whose headers Node.js cannot parse; `undefined` if the error is another error, or
 * contains no final status. The status shows whether the Collector has accepted the metrics.
 */
function parseMalformedResponse(error: unknown): { statusCode: number; statusMessage: string } | undefined {
  const packet = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined;
  if (!Buffer.isBuffer(packet)) return undefined;
  const [, status, message = ''] =
    /^HTTP\/\d(?:\.\d)? ([2-5]\d\d)(?: ([^\r\n]*))?\r?\n/.exec(packet.toString('latin1')) ?? [];
  return status === undefined ? undefined : { statusCode: Number(status), statusMessage: message };
}

/** @throws {Error} if the connection ends before the end of the body, or if a compressed body is malformed */
async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) break;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isGzip = /^(?:x-)?gzip$/i.test(response.headers['content-encoding'] ?? '');
  return isGzip ? decompress(body, { maxOutputLength: MAX_RESPONSE_BYTES }) : body;
}

function bodyFormat(contentType: string): 'json' | 'protobuf' {
  return /\bjson\b/i.test(contentType) ? 'json' : 'protobuf';
}
