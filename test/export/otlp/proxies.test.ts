import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer as createPlainServer,
  createSecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { GrpcTransport } from '../../../src/export/otlp/grpc-transport.ts';
import { HttpTransport, type HttpTransportOptions } from '../../../src/export/otlp/http-transport.ts';
import type { ExportResponse } from '../../../src/export/otlp/transport.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { startReceiver } from '../../support/otlp-receiver.ts';
import { startTcpServer } from '../../support/raw-tcp.ts';

const SUCCESS = { status: 'success', rejected: 0, message: '' };
const AUTHORIZATION = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;

const certificates = createCertificates();
after(() => certificates[Symbol.dispose]());
const tls = { current: async () => ({ ca: readFileSync(certificates.ca) }) };

function proxyUrl(port: number): URL {
  return new URL(`http://me:p%40ss@127.0.0.1:${port}`);
}

async function send(
  options: Pick<HttpTransportOptions, 'endpoint' | 'proxy'> & Partial<HttpTransportOptions>,
  isGrpc = false,
): Promise<ExportResponse> {
  const all = { headers: {}, compressed: false, timeoutMs: 10_000, tls, userAgent: 'test', ...options };
  const transport = isGrpc
    ? new GrpcTransport(all)
    : new HttpTransport({ ...all, contentType: 'application/x-protobuf' });
  const response = await transport.send(await transport.encode(Buffer.alloc(0)));
  transport.close();
  return response;
}

/** Starts a gRPC server that accepts every push. */
async function startGrpcServer(isSecure: boolean) {
  const server: Http2Server = isSecure ? createSecureServer(readKeyPair(certificates.server)) : createPlainServer();
  const state = { pushes: 0 };
  server.on('stream', (stream: ServerHttp2Stream) => {
    state.pushes += 1;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0' }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    state,
    // A TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]: () => void server.close(),
  };
}

test('HttpTransport sends a push to an http endpoint through the proxy, with its credentials', async () => {
  await using receiver = await startReceiver();
  await using proxy = await startHttpProxy();
  const endpoint = new URL(`http://otlp.example:${receiver.port}/v1/metrics`);
  assert.deepEqual(await send({ endpoint, proxy: proxyUrl(proxy.port) }), SUCCESS);
  assert.deepEqual(proxy.requests, [
    { target: `POST http://otlp.example:${receiver.port}/v1/metrics`, authorization: AUTHORIZATION },
  ]);
  assert.equal(receiver.received.length, 1);
});

test('HttpTransport sends a push to an https endpoint through a tunnel of the proxy', async () => {
  await using receiver = await startReceiver({ tls: readKeyPair(certificates.server) });
  await using proxy = await startHttpProxy();
  const endpoint = new URL(`https://localhost:${receiver.port}/v1/metrics`);
  assert.deepEqual(await send({ endpoint, proxy: proxyUrl(proxy.port) }), SUCCESS);
  assert.deepEqual(proxy.requests, [{ target: `CONNECT localhost:${receiver.port}`, authorization: AUTHORIZATION }]);
});

for (const isSecure of [false, true]) {
  test(`GrpcTransport sends a push ${isSecure ? 'with' : 'without'} TLS through a tunnel of the proxy`, async () => {
    using server = await startGrpcServer(isSecure);
    await using proxy = await startHttpProxy();
    const endpoint = new URL(`${isSecure ? 'https' : 'http'}://localhost:${server.port}`);
    assert.deepEqual(await send({ endpoint, proxy: proxyUrl(proxy.port) }, true), SUCCESS);
    assert.deepEqual(proxy.requests, [{ target: `CONNECT localhost:${server.port}`, authorization: AUTHORIZATION }]);
    assert.equal(server.state.pushes, 1);
  });
}

for (const isGrpc of [false, true]) {
  const name = isGrpc ? 'GrpcTransport' : 'HttpTransport';
  const endpoint = new URL('https://otlp.example:4317');

  test(`${name} treats a proxy that refuses as retryable, and does not show its password`, async () => {
    await using proxy = await startHttpProxy({ status: 407 });
    const response = (await send({ endpoint, proxy: proxyUrl(proxy.port) }, isGrpc)) as {
      status: string;
      reason: string;
    };
    assert.equal(response.status, 'retryable');
    assert.match(response.reason, /407 Refused/);
    assert.doesNotMatch(response.reason, /p@ss|p%40ss|me:/);
  });

  test(`${name} treats a proxy that is not available as retryable`, async () => {
    const response = await send({ endpoint, proxy: proxyUrl(CLOSED_PORT) }, isGrpc);
    assert.deepEqual(response, { status: 'retryable', reason: 'connection refused' });
  });

  test(`${name} treats a proxy that closes the connection as retryable`, async () => {
    await using server = await startTcpServer((socket) => socket.once('data', () => socket.destroy()));
    const { status } = await send({ endpoint, proxy: proxyUrl(server.port) }, isGrpc);
    assert.equal(status, 'retryable');
  });

  test(`${name} treats a proxy that sends nothing as retryable`, async () => {
    await using server = await startTcpServer(() => undefined);
    const response = await send({ endpoint, proxy: proxyUrl(server.port), timeoutMs: 50 }, isGrpc);
    assert.deepEqual(response, { status: 'retryable', reason: 'no response within 0.05 s' });
  });
}
