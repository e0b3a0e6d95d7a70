/**
 * OTLP over HTTP: one POST for each try. https://opentelemetry.io/docs/specs/otlp/#otlphttp
 *
 * The official exporters bring a transport of their own, which tries again by itself, up to five times, and tells nobody
 * for how long the Collector wants to be left alone: no queue could be built upon it that keeps to `Retry-After`, starts
 * at once when the Collector is back, and ends in time.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { codeOf } from '../../util/errors.ts';
import { type ExportResponse, type ServiceResponse, type Transport, takenWith } from './transport.ts';

const compress = promisify(gzip);

/** Whoever is silent for longer has closed the connection, or is about to: a new one costs less than a try in vain. */
const IDLE_MS = 30_000;
const MOST_ANSWER_BYTES = 1024 * 1024;
/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Files of certificates, as they are read. */
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
  /** Of the official serializer. */
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
    const kept = { keepAlive: true, timeout: IDLE_MS };
    this.#agent = isSecure ? new HttpsAgent({ ...kept, ...given(tls) }) : new HttpAgent(kept);
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
      return { kind: 'later', reason: reasonOf(error, this.#options.timeoutMs) };
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
      // The other side closed a connection that was kept: that is no failure, but the way to find out.
      if (request.reusedSocket && codeOf(error) === 'ECONNRESET') resolve(this.#post(body));
      else reject(error);
    });
    request.end(body);
    return promise;
  }

  async #read(response: IncomingMessage): Promise<ExportResponse> {
    const { statusCode = 0, statusMessage = '', headers } = response;
    const reason = `${statusCode} ${statusMessage}`.trimEnd();
    // The status is the answer, also when the rest of it is lost.
    const body = await readBody(response).catch(() => Buffer.alloc(0));
    if (statusCode >= 200 && statusCode <= 299) return takenWith(this.#deserialize(body));
    if (!RETRYABLE.has(statusCode)) return { kind: 'never', reason };
    const afterMs = readRetryAfter(headers['retry-after']);
    return afterMs === undefined ? { kind: 'later', reason } : { kind: 'later', reason, afterMs };
  }

  #deserialize(body: Buffer): ServiceResponse {
    try {
      return this.#options.deserialize(body);
    } catch {
      // It took the reading, whatever it says of it: a proxy may answer for it.
      return {};
    }
  }
}

/** Those that there are, as Node.js calls them. */
export function given(files: TlsFiles): Partial<Record<keyof TlsFiles, Buffer>> {
  return Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`;
  // A name with several addresses fails with one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return REASONS[codeOf(first) ?? ''] ?? (first instanceof Error ? first.message : error.message);
}
