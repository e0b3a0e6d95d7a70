import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import type { ResourceMetrics } from './otlp-json.ts';

/** Path of the protocol definition. protobufjs decodes the requests with it, independently of the code of the exporter. */
export const PROTO = join(import.meta.dirname, 'otlp-metrics.proto');
const schema = protobuf.loadSync(PROTO);
const requestType = schema.lookupType('opentelemetry.proto.ExportMetricsServiceRequest');
const responseType = schema.lookupType('opentelemetry.proto.ExportMetricsServiceResponse');

/** Decodes a protobuf request. The result has the structure of the JSON mapping of protobuf. */
export function decodeProtobuf(body: Uint8Array): ResourceMetrics[] {
  const message = requestType.toObject(requestType.decode(body), { longs: String, json: true, arrays: true });
  return (message as { resourceMetrics?: ResourceMetrics[] }).resourceMetrics ?? [];
}

/** A request that the receiver has read. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Body of the request, decompressed. */
  readonly body: Buffer;
  readonly resourceMetrics: readonly ResourceMetrics[];
  /** Whether the receiver has responded with status 200. */
  readonly isAccepted: boolean;
}

/** Response to a request: a status, a partial success, no response, or a closed connection. */
export type ReceiverReply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly rejected: number; readonly message: string }
  | 'no-response'
  | 'disconnect';

export interface ReceiverOptions {
  /**
   * Returns the response to a request. The default is status 200.
   *
   * @param index number of the request, counted from 0
   */
  readonly reply?: (index: number) => ReceiverReply;
  readonly port?: number;
  /** URL of a Collector. The receiver forwards each request unchanged, and responds with the status of the Collector. */
  readonly forwardTo?: string;
  /** PEM texts for TLS. If `ca` is set, the receiver requires a client certificate of this CA. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
}

export interface Receiver extends AsyncDisposable {
  /** URL of the receiver without a path. */
  readonly url: string;
  readonly port: number;
  /** All requests in the order of their arrival. */
  readonly received: readonly ReceivedRequest[];
  /** Requests to which the receiver has responded with status 200. */
  readonly accepted: readonly ReceivedRequest[];
  /** Resolves when this many requests have arrived. */
  untilReceived(count: number): Promise<void>;
  /** Resolves when the receiver has responded to this many requests with status 200. */
  untilAccepted(count: number): Promise<void>;
}

/**
 * Starts a receiver of OTLP over HTTP on the loopback interface. It reads protobuf and JSON. The test defines its
 * responses.
 */
export async function startReceiver({ reply, port = 0, forwardTo, tls }: ReceiverOptions = {}): Promise<Receiver> {
  const received: ReceivedRequest[] = [];
  const waiters = new Set<{ readonly isDone: () => boolean; readonly resolve: () => void }>();
  const handle: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { headers, url: path = '' } = request;
    const sent = Buffer.concat(chunks);
    const forwarded = forwardTo === undefined ? 200 : await forward(forwardTo + path, headers, sent);
    const receiverReply = reply?.(received.length) ?? { status: forwarded };
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const isJson = headers['content-type'] === 'application/json';
    const isAccepted =
      typeof receiverReply === 'object' && (!('status' in receiverReply) || receiverReply.status === 200);
    let resourceMetrics: readonly ResourceMetrics[] | undefined;
    received.push({
      ...{ path, headers, body, isAccepted },
      // Decode the request only when a test reads it: the exporter waits for the response, but not longer than until its
      // next push.
      get resourceMetrics() {
        resourceMetrics ??= isJson ? readJson(body) : decodeProtobuf(body);
        return resourceMetrics;
      },
    });
    send(response, receiverReply, isJson);
    for (const waiter of waiters) if (waiter.isDone()) waiter.resolve();
  };
  const server =
    tls === undefined
      ? createServer(handle)
      : createTlsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: true }, handle);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  const waitUntil = async (isDone: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiters.add({ isDone, resolve });
    if (isDone()) resolve();
    await promise;
  };
  const accepted = (): readonly ReceivedRequest[] => received.filter(({ isAccepted }) => isAccepted);
  return {
    url: tls === undefined ? `http://127.0.0.1:${actual}` : `https://127.0.0.1:${actual}`,
    port: actual,
    received,
    get accepted() {
      return accepted();
    },
    untilReceived: (count) => waitUntil(() => received.length >= count),
    untilAccepted: (count) => waitUntil(() => accepted().length >= count),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(url: string, headers: IncomingHttpHeaders, body: Buffer): Promise<number> {
  const forwarded = ['content-type', 'content-encoding'].flatMap((name) => {
    const { [name]: value } = headers;
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const { status } = await fetch(url, { method: 'POST', headers: Object.fromEntries(forwarded), body });
  return status;
}

function readJson(body: Buffer): ResourceMetrics[] {
  return (JSON.parse(body.toString()) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics;
}

function send(response: ServerResponse, reply: ReceiverReply, isJson: boolean): void {
  if (reply === 'no-response') return;
  if (reply === 'disconnect') {
    response.destroy();
    return;
  }
  if ('status' in reply) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  const partialSuccess = { rejectedDataPoints: reply.rejected, errorMessage: reply.message };
  response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' });
  const body = isJson
    ? JSON.stringify({ partialSuccess })
    : responseType.encode(responseType.fromObject({ partialSuccess })).finish();
  response.end(body);
}

/** Returns the distinct timestamps of the points in a push: texts with the Unix time in nanoseconds. */
export function readingTimes({ resourceMetrics }: ReceivedRequest): readonly string[] {
  const times = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ gauge, sum, histogram }) =>
        ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map(({ timeUnixNano = '' }) => timeUnixNano),
      ),
    ),
  );
  return [...new Set(times)];
}
