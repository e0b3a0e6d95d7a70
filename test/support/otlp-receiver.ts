import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import type { ResourceMetrics } from '../e2e/collector/otlp-json.ts';

/** The protocol as its definition says; nothing of the exporter's own. */
export const PROTO = join(import.meta.dirname, 'otlp-metrics.proto');
const schema = protobuf.loadSync(PROTO);
const requestType = schema.lookupType('opentelemetry.proto.ExportMetricsServiceRequest');
const responseType = schema.lookupType('opentelemetry.proto.ExportMetricsServiceResponse');

/** What a body of protobuf says, in protobuf's JSON. */
export function decodeProtobuf(body: Uint8Array): ResourceMetrics[] {
  const message = requestType.toObject(requestType.decode(body), { longs: String, json: true, arrays: true });
  return (message as { resourceMetrics?: ResourceMetrics[] }).resourceMetrics ?? [];
}

/** One try that came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came, unzipped. */
  readonly body: Buffer;
  readonly resourceMetrics: readonly ResourceMetrics[];
  /** Whether it was answered with 200. */
  readonly isTaken: boolean;
}

export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly rejected: number; readonly message: string }
  /** Nothing comes for as long as the test runs, or the connection ends. */
  | 'silence'
  | 'hang-up';

export interface ReceiverOptions {
  /** Default: 200 to all. @param index of the try, from 0 */
  readonly reply?: (index: number) => Reply;
  readonly port?: number;
  /** Hands each try on, as it came, to another Collector at this address, and answers with its status. */
  readonly forwardTo?: string;
  /** PEM: makes it speak TLS, and ask for a certificate of the client's when it has whom to trust. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
}

export interface Receiver extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly port: number;
  /** All tries, in the order in which they came. */
  readonly received: readonly Received[];
  /** What it has answered with 200. */
  readonly taken: readonly Received[];
  /** Comes when so many tries have come in. */
  until(count: number): Promise<void>;
  /** Comes when so many were answered with 200. */
  untilTaken(count: number): Promise<void>;
}

/** A small Collector on the loopback: takes OTLP over HTTP, in protobuf and in JSON, and answers what a test says. */
export async function startReceiver({ reply, port = 0, forwardTo, tls }: ReceiverOptions = {}): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<{ readonly isOver: () => boolean; readonly resolve: () => void }>();
  const handle: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { headers, url: path = '' } = request;
    const sent = Buffer.concat(chunks);
    const forwarded = forwardTo === undefined ? 200 : await forward(forwardTo + path, headers, sent);
    const answer = reply?.(received.length) ?? { status: forwarded };
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const isJson = headers['content-type'] === 'application/json';
    const isTaken = typeof answer === 'object' && (!('status' in answer) || answer.status === 200);
    let resourceMetrics: readonly ResourceMetrics[] | undefined;
    received.push({
      ...{ path, headers, body, isTaken },
      // Not before it is asked for: who pushes waits for the answer no longer than until its next push.
      get resourceMetrics() {
        resourceMetrics ??= isJson ? readJson(body) : decodeProtobuf(body);
        return resourceMetrics;
      },
    });
    send(response, answer, isJson);
    for (const waiter of waiting) if (waiter.isOver()) waiter.resolve();
  };
  const server =
    tls === undefined
      ? createServer(handle)
      : createTlsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: true }, handle);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  const until = async (isOver: () => boolean): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add({ isOver, resolve });
    if (isOver()) resolve();
    await promise;
  };
  const taken = (): readonly Received[] => received.filter(({ isTaken }) => isTaken);
  return {
    url: tls === undefined ? `http://127.0.0.1:${actual}` : `https://127.0.0.1:${actual}`,
    port: actual,
    received,
    get taken() {
      return taken();
    },
    until: (count) => until(() => received.length >= count),
    untilTaken: (count) => until(() => taken().length >= count),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(url: string, headers: IncomingHttpHeaders, body: Buffer): Promise<number> {
  const kept = ['content-type', 'content-encoding'].map((name): [string, string] => [
    name,
    String(headers[name] ?? ''),
  ]);
  const given = kept.filter(([, value]) => value !== '');
  const { status } = await fetch(url, { method: 'POST', headers: Object.fromEntries(given), body });
  return status;
}

function readJson(body: Buffer): ResourceMetrics[] {
  return (JSON.parse(body.toString()) as { resourceMetrics: ResourceMetrics[] }).resourceMetrics;
}

function send(response: ServerResponse, reply: Reply, isJson: boolean): void {
  if (reply === 'silence') return;
  if (reply === 'hang-up') {
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

/** When a push was read, by the clock of its points: seconds since 1970, as text. */
export function timesOf({ resourceMetrics }: Received): readonly string[] {
  const times = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ gauge, sum, histogram }) =>
        ((gauge ?? sum ?? histogram)?.dataPoints ?? []).map(({ timeUnixNano = '' }) => timeUnixNano),
      ),
    ),
  );
  return [...new Set(times)];
}
