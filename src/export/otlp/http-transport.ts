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
import { type ExportResponse, type ServiceResponse, type Transport, toRetryable, toSuccess } from './transport.ts';

const compress = promisify(gzip);

/** Time after which an idle connection is closed: less than the idle timeout of most servers and proxies. */
const IDLE_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** HTTP statuses after which a push is sent again: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The contents of the TLS files. */
export interface TlsFiles {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

export interface HttpTransportOptions {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly compressed: boolean;
  readonly timeoutMs: number;
  readonly tls: TlsFiles;
  readonly userAgent: string;
  /** Parses the body of a successful response. */
  readonly deserialize: (body: Uint8Array) => ServiceResponse;
}

export class HttpTransport implements Transport {
  readonly address: string;
  readonly #options: HttpTransportOptions;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpsRequest;

  constructor(options: HttpTransportOptions) {
    const { endpoint, tls } = options;
    const isSecure = endpoint.protocol === 'https:';
    this.#options = options;
    const agentOptions = { keepAlive: true, timeout: IDLE_TIMEOUT_MS, lookup: sharedLookup };
    this.#agent = isSecure ? new HttpsAgent({ ...agentOptions, ...definedFiles(tls) }) : new HttpAgent(agentOptions);
    this.#request = isSecure ? httpsRequest : httpRequest;
    this.address = `${endpoint.origin}${endpoint.pathname}`;
  }

  async encode(message: Uint8Array): Promise<Uint8Array> {
    return this.#options.compressed ? compress(message) : message;
  }

  async send(body: Uint8Array): Promise<ExportResponse> {
    try {
      return await this.#post(body);
    } catch (error) {
      return toRetryable(reasonOf(error, this.#options.timeoutMs), undefined);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(body: Uint8Array): Promise<ExportResponse> {
    const { endpoint, headers, contentType, compressed, timeoutMs, userAgent } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<ExportResponse>();
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'User-Agent': userAgent,
        ...headers,
        'Content-Type': contentType,
        'Content-Length': body.length,
        ...(compressed ? { 'Content-Encoding': 'gzip' } : {}),
      },
    };
    const request = this.#request(endpoint, options, (response) => {
      this.#read(response).then(resolve, reject);
    });
    request.on('error', (error) => {
      // The server has closed the connection while it was idle: repeat the request on a new connection.
      if (request.reusedSocket && codeOf(error) === 'ECONNRESET') resolve(this.#post(body));
      else reject(error);
    });
    request.end(body);
    return promise;
  }

  async #read(response: IncomingMessage): Promise<ExportResponse> {
    const { statusCode = 0, statusMessage = '', headers } = response;
    const reason = `${statusCode} ${statusMessage}`.trimEnd();
    // The status is valid even if the connection ends before the end of the body.
    const body = await readBody(response).catch(() => Buffer.alloc(0));
    if (statusCode >= 200 && statusCode <= 299) return toSuccess(this.#deserialize(body));
    if (!RETRYABLE.has(statusCode)) return { status: 'failure', reason };
    return toRetryable(reason, parseRetryAfter(headers['retry-after']));
  }

  #deserialize(body: Buffer): ServiceResponse {
    try {
      return this.#options.deserialize(body);
    } catch {
      // The status means that the metrics were accepted. A proxy may have replaced the body.
      return {};
    }
  }
}

/** Returns the contents of the configured files, as options of `node:tls`. */
export function definedFiles(files: TlsFiles): Partial<Record<keyof TlsFiles, Buffer>> {
  return Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
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

/**
 * Parses `Retry-After`: a number of seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 *
 * @returns the delay in milliseconds, or `undefined` for any other text
 */
function parseRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'DNS lookup failed',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no response within ${timeoutMs / 1000} s`;
  // For a host name with several addresses, the error contains one error for each address.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return REASONS[codeOf(first) ?? ''] ?? (first instanceof Error ? first.message : error.message);
}
