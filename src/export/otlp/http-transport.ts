/**
 * OTLP over HTTP, with one POST for each attempt. https://opentelemetry.io/docs/specs/otlp/#otlphttp
 *
 * The transport of OpenTelemetry's exporters is not used: it repeats a request up to five times and does not return
 * `Retry-After`. The retry queue needs this header, and has to end the pause between attempts when the exporter stops.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sharedLookup } from '../../host/shared-lookup.ts';
import { codeOf } from '../../util/errors.ts';
import { failureReason } from './failure-reason.ts';
import { parseRetryAfter } from './retry-after.ts';
import { toLogText, toSuccess } from './service-response.ts';
import type { TlsContents, TlsFiles } from './tls-files.ts';
import { type ExportResponse, type Transport, toRetryable } from './transport.ts';

const compress = promisify(gzip);

/** Time after which an idle connection is closed: less than the idle timeout of most servers and proxies. */
export const IDLE_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;
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
  readonly #request: typeof httpsRequest;
  #agent: HttpAgent | undefined;
  /** The contents of the TLS files that the agent uses. */
  #contents: TlsContents | undefined;

  constructor(options: HttpTransportOptions) {
    const { endpoint } = options;
    this.#options = options;
    this.#request = endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
    this.address = `${endpoint.origin}${endpoint.pathname}`;
  }

  async encode(message: Uint8Array): Promise<Uint8Array> {
    return this.#options.compressed ? compress(message) : message;
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    try {
      return await this.#post(body, await this.#currentAgent());
    } catch (error) {
      return toRetryable(failureReason(error, this.#options.timeoutMs), undefined);
    }
  }

  close(): void {
    this.#agent?.destroy();
  }

  /** Returns the agent with the current TLS files. Closes connections that use earlier contents of these files. */
  async #currentAgent(): Promise<HttpAgent> {
    const contents = await this.#options.tls?.current();
    if (this.#agent === undefined || contents !== this.#contents) {
      this.#agent?.destroy();
      this.#agent = this.#createAgent(contents);
      this.#contents = contents;
    }
    return this.#agent;
  }

  #createAgent(contents: TlsContents | undefined): HttpAgent {
    const proxy = this.#options.proxy?.href;
    const options = {
      keepAlive: true,
      timeout: IDLE_TIMEOUT_MS,
      lookup: sharedLookup,
      ...(proxy !== undefined && { proxyEnv: { http_proxy: proxy, https_proxy: proxy } }),
    };
    return this.#request === httpsRequest ? new HttpsAgent({ ...options, ...contents }) : new HttpAgent(options);
  }

  async #post(body: Uint8Array, agent: HttpAgent): Promise<ExportResponse> {
    const { endpoint, headers, contentType, compressed, timeoutMs, userAgent } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<ExportResponse>();
    const signal = AbortSignal.timeout(timeoutMs);
    const options: RequestOptions = {
      method: 'POST',
      agent,
      signal,
      headers: {
        'User-Agent': userAgent,
        ...headers,
        'Content-Type': contentType,
        'Content-Length': body.length,
        ...(compressed ? { 'Content-Encoding': 'gzip' } : {}),
      },
    };
    const request = this.#request(endpoint, options);
    const onError = (error: unknown): void => {
      // The server has closed the idle connection. Repeat the request on a new connection.
      if (request.reusedSocket && codeOf(error) === 'ECONNRESET') resolve(this.#post(body, agent));
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
      this.#read(response).then(resolve, reject);
    });
    request.end(body);
    return promise;
  }

  async #read(response: IncomingMessage): Promise<ExportResponse> {
    const { statusCode = 0, statusMessage = '', headers } = response;
    const reason = toLogText(`${statusCode} ${statusMessage}`);
    // The status is valid even if the connection ends before the end of the body.
    const body = await readBody(response).catch(() => Buffer.alloc(0));
    if (statusCode >= 200 && statusCode <= 299) {
      return toSuccess(body, bodyFormat(headers['content-type'] ?? this.#options.contentType));
    }
    if (!RETRYABLE.has(statusCode)) return { status: 'failure', reason };
    return toRetryable(reason, parseRetryAfter(headers['retry-after'], Date.now()));
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function bodyFormat(contentType: string): 'json' | 'protobuf' {
  return /\bjson\b/i.test(contentType) ? 'json' : 'protobuf';
}
