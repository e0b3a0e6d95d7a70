import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Session, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { GrpcTransport } from '../../../src/export/otlp/grpc-transport.ts';
import type { ExportResponse } from '../../../src/export/otlp/transport.ts';
import { fc } from '../../support/fast-check.ts';
import { startTcpServer } from '../../support/raw-tcp.ts';

interface Reply {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
  /** Trailers; `undefined` to end the stream without trailers. */
  readonly trailers?: OutgoingHttpHeaders;
}

function respond(stream: ServerHttp2Stream, { headers = {}, body, trailers }: Reply): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', ...headers },
    { waitForTrailers: trailers !== undefined },
  );
  stream.on('wantTrailers', () => stream.sendTrailers(trailers ?? {}));
  stream.end(body);
}

/**
 * Starts a server of HTTP/2 without TLS.
 *
 * @param handle called for each stream after the whole request has arrived
 * @param options `onStart` is called instead as soon as the headers of the request have arrived
 */
async function startServer(
  handle: (stream: ServerHttp2Stream) => void,
  { onStart }: { readonly onStart?: (stream: ServerHttp2Stream) => void } = {},
) {
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    if (onStart !== undefined) {
      onStart(stream);
      return;
    }
    stream.resume();
    stream.on('end', () => handle(stream));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function createTransport(port: number, timeoutMs = 1000): GrpcTransport {
  return new GrpcTransport({
    endpoint: new URL(`http://127.0.0.1:${port}`),
    headers: {},
    compressed: false,
    timeoutMs,
    tls: undefined,
    proxy: undefined,
    userAgent: 'test',
  });
}

async function resultOf(reply: Reply | ((stream: ServerHttp2Stream) => void)): Promise<ExportResponse> {
  await using server = await startServer((stream) => {
    if (typeof reply === 'function') reply(stream);
    else respond(stream, reply);
  });
  const transport = createTransport(server.port);
  const result = await transport.send(await transport.encode(Buffer.from('metrics')));
  transport.close();
  return result;
}

function message(content: Buffer | string, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag);
  prefix.writeUInt32BE(content.length, 1);
  return Buffer.concat([prefix, Buffer.from(content)]);
}

const OK = { 'grpc-status': '0' };
const PARTIAL = Buffer.from([0x0a, 7, 0x08, 3, 0x12, 3, ...Buffer.from('old')]);

function accepts(what: string, reply: Reply, expected: { rejected?: number; message?: string } = {}): void {
  test(`GrpcTransport treats ${what} as success`, async () => {
    assert.deepEqual(await resultOf(reply), { status: 'success', rejected: 0, message: '', ...expected });
  });
}

accepts('a status in the headers', { headers: OK });
accepts('an empty body', { trailers: OK });
accepts('a body of HTML', { body: Buffer.from('<html></html>'), trailers: OK });
accepts('a damaged message', { body: message('\xff\xff\xff'), trailers: OK });
accepts('an incomplete prefix', { body: Buffer.from([0, 0]), trailers: OK });
accepts('a body of 3 MB', { body: Buffer.alloc(3_000_000), trailers: OK });
accepts('a message that is not compressed as its flag claims', {
  headers: { 'grpc-encoding': 'gzip' },
  body: message('plain', 1),
  trailers: OK,
});
accepts('another content type', { headers: { 'content-type': 'text/html' }, trailers: OK });
accepts('status 0 with a message and damaged details', {
  trailers: { ...OK, 'grpc-message': '%zz', 'grpc-status-details-bin': '####' },
});
accepts('a partial success', { body: message(PARTIAL), trailers: OK }, { rejected: 3, message: 'old' });
accepts(
  'a compressed partial success',
  { headers: { 'grpc-encoding': 'gzip' }, body: message(gzipSync(PARTIAL), 1), trailers: OK },
  { rejected: 3, message: 'old' },
);

function fails(what: string, reply: Reply | ((stream: ServerHttp2Stream) => void), expected: ExportResponse): void {
  test(`GrpcTransport returns ${expected.status} for ${what}`, async () => {
    assert.deepEqual(await resultOf(reply), expected);
  });
}

const RETRYABLE_CODES = [
  [1, 'CANCELLED'],
  [4, 'DEADLINE_EXCEEDED'],
  [10, 'ABORTED'],
  [11, 'OUT_OF_RANGE'],
  [14, 'UNAVAILABLE'],
  [15, 'DATA_LOSS'],
] as const;
for (const [code, name] of RETRYABLE_CODES) {
  fails(name, { trailers: { 'grpc-status': code } }, { status: 'retryable', reason: `${code} ${name}` });
}
for (const [code, name] of [
  [2, 'UNKNOWN'],
  [3, 'INVALID_ARGUMENT'],
  [8, 'RESOURCE_EXHAUSTED'],
  [99, 'UNKNOWN'],
] as const) {
  fails(`status ${code}`, { trailers: { 'grpc-status': code } }, { status: 'failure', reason: `${code} ${name}` });
}
fails(
  'a status that is no number',
  { trailers: { 'grpc-status': 'fine' } },
  { status: 'failure', reason: '2 UNKNOWN' },
);
fails(
  'a message with encoded characters and a comma',
  { trailers: { 'grpc-status': '3', 'grpc-message': 'no, %C3%A9%0A' } },
  { status: 'failure', reason: '3 INVALID_ARGUMENT: no, é' },
);
fails(
  'damaged details',
  {
    trailers: {
      'grpc-status': '14',
      'grpc-message': 'busy',
      'grpc-status-details-bin': Buffer.from([0x1a, 0xff]).toString('base64'),
    },
  },
  { status: 'retryable', reason: '14 UNAVAILABLE: busy' },
);
for (const [status, code, result] of [
  [400, '13 INTERNAL', 'failure'],
  [401, '16 UNAUTHENTICATED', 'failure'],
  [403, '7 PERMISSION_DENIED', 'failure'],
  [404, '12 UNIMPLEMENTED', 'failure'],
  [500, '2 UNKNOWN', 'failure'],
  [429, '14 UNAVAILABLE', 'retryable'],
  [503, '14 UNAVAILABLE', 'retryable'],
] as const) {
  const reason = `${code}: HTTP status ${status} without a status of gRPC`;
  fails(`HTTP status ${status}`, { headers: { ':status': status } }, { status: result, reason });
}
fails(
  'a response without a status',
  {},
  { status: 'failure', reason: '2 UNKNOWN: HTTP status 200 without a status of gRPC' },
);
fails('a reset stream', (stream) => stream.close(7), {
  status: 'retryable',
  reason: 'Stream closed with error code NGHTTP2_REFUSED_STREAM',
});
fails('no response', () => undefined, { status: 'retryable', reason: 'no response within 1 s' });

test('GrpcTransport opens a new connection after the server has closed the previous one', async () => {
  await using server = await startServer((stream) => {
    respond(stream, { headers: OK });
    stream.session?.close();
  });
  const transport = createTransport(server.port);
  for (let index = 0; index < 3; index += 1) {
    assert.deepEqual(await transport.send(await transport.encode(Buffer.from('m'))), {
      status: 'success',
      rejected: 0,
      message: '',
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  transport.close();
});

const header = fc.tuple(
  fc.constantFrom('grpc-status', 'grpc-message', 'grpc-status-details-bin', 'grpc-encoding', 'content-type', 'x'),
  fc.oneof(fc.constantFrom('0', '8', '14', '-1', '', '%', '====', 'CgQI', 'gzip'), fc.base64String({ maxLength: 40 })),
);
const headers = fc.array(header, { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs));
const reply = fc.record({
  headers,
  body: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  trailers: headers,
});

test('GrpcTransport.send() settles for every response', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (response) => {
      const { status } = await resultOf(response);
      const code = response.trailers['grpc-status'] ?? response.headers['grpc-status'];
      assert.equal(status === 'success', code === '0');
    }),
    { numRuns: 150 },
  );
});

test('GrpcTransport.send() settles for a server that sends any bytes', { timeout: 120_000 }, async () => {
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      await using server = await startTcpServer((socket) => socket.end(Buffer.concat([settings, bytes])));
      const transport = createTransport(server.port);
      const { status } = await transport.send(await transport.encode(Buffer.from('m')));
      transport.close();
      assert.equal(status, 'retryable');
    }),
    { numRuns: 100 },
  );
});

const CANCEL = 8;
const NO_RESPONSE = { status: 'retryable', reason: 'connection closed without a response' } as const;

fails(
  'a stream that is canceled after its headers',
  (stream) => {
    stream.respond({ ':status': 200 });
    stream.write('x', () => stream.close(CANCEL));
  },
  NO_RESPONSE,
);
fails(
  'a connection that ends after the headers of a response',
  (stream) => {
    stream.respond({ ':status': 200 });
    stream.write('x', () => stream.session?.destroy());
  },
  NO_RESPONSE,
);

test('GrpcTransport returns a status that arrives before the whole request is sent', { timeout: 10_000 }, async () => {
  await using server = await startServer(() => undefined, {
    onStart: (stream) => {
      stream.pause();
      stream.respond({ ':status': 200, 'grpc-status': '3', 'grpc-message': 'too large' }, { endStream: true });
    },
  });
  const transport = createTransport(server.port, 600_000);
  const result = await transport.send(await transport.encode(Buffer.alloc(5_000_000)));
  transport.close();
  assert.deepEqual(result, { status: 'failure', reason: '3 INVALID_ARGUMENT: too large' });
});
