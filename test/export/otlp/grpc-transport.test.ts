import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { GrpcTransport, type GrpcTransportOptions } from '../../../src/export/otlp/grpc-transport.ts';
import type { TlsContents } from '../../../src/export/otlp/tls-files.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';

type ServerResponse = { readonly code: number; readonly details: string; readonly metadata?: Metadata } | Buffer;

const identity = (bytes: Buffer): Buffer => bytes;
const service: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};

async function startServer(response: ServerResponse, credentials = ServerCredentials.createInsecure()) {
  const received: { readonly body: string; readonly tenant: unknown }[] = [];
  const server = new Server();
  server.addService(service, {
    export(call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) {
      received.push({ body: call.request.toString(), tenant: call.metadata.get('x-tenant')[0] });
      if (Buffer.isBuffer(response)) callback(null, response);
      else callback(response);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return {
    received,
    port,
    [Symbol.dispose]: () => server.forceShutdown(),
  };
}

async function send(url: string, options: Partial<GrpcTransportOptions> = {}): Promise<unknown> {
  const transport = new GrpcTransport({
    endpoint: new URL(url),
    headers: { 'x-tenant': 'ops' },
    compressed: false,
    timeoutMs: 30_000,
    tls: undefined,
    userAgent: 'test',
    proxy: undefined,
    ...options,
  });
  const response = await transport.send(await transport.encode(Buffer.from('metrics')));
  transport.close();
  return response;
}

async function responseFor(response: ServerResponse): Promise<unknown> {
  using server = await startServer(response);
  return await send(`http://127.0.0.1:${server.port}`);
}

test('GrpcTransport sends the message with the configured headers', async () => {
  using server = await startServer(Buffer.alloc(0));
  const success = { status: 'success', rejected: 0, message: '' };
  assert.deepEqual(await send(`http://127.0.0.1:${server.port}`), success);
  assert.deepEqual(await send(`http://127.0.0.1:${server.port}`, { compressed: true }), success);
  const expected = { body: 'metrics', tenant: 'ops' };
  assert.deepEqual(server.received, [expected, expected]);
});

test('GrpcTransport returns the number of rejected data points', async () => {
  // partial_success { rejected_data_points: 3, error_message: "old" }
  const response = Buffer.from([0x0a, 7, 0x08, 3, 0x12, 3, ...Buffer.from('old')]);
  assert.deepEqual(await responseFor(response), { status: 'success', rejected: 3, message: 'old' });
});

test('GrpcTransport distinguishes retryable errors from final ones', async () => {
  const failWith = async (code: number): Promise<unknown> => responseFor({ code, details: 'details' });
  assert.deepEqual(await failWith(status.UNAVAILABLE), { status: 'retryable', reason: '14 UNAVAILABLE: details' });
  const unauthenticated = { status: 'failure', reason: '16 UNAUTHENTICATED: details' };
  assert.deepEqual(await failWith(status.UNAUTHENTICATED), unauthenticated);
  const exhausted = { status: 'failure', reason: '8 RESOURCE_EXHAUSTED: details' };
  assert.deepEqual(await failWith(status.RESOURCE_EXHAUSTED), exhausted);
});

test('GrpcTransport returns the retry delay of the Collector', async () => {
  // google.rpc.Status with one detail, google.rpc.RetryInfo { retry_delay { seconds: 2, nanos: 500000000 } }
  const delay = [0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01];
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const detail = [0x0a, type.length, ...type, 0x12, delay.length + 2, 0x0a, delay.length, ...delay];
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([0x08, 8, 0x1a, detail.length, ...detail]));
  assert.deepEqual(await responseFor({ code: status.RESOURCE_EXHAUSTED, details: 'busy', metadata }), {
    status: 'retryable',
    reason: '8 RESOURCE_EXHAUSTED: busy',
    retryInMillis: 2500,
  });
});

test('GrpcTransport treats a refused connection as retryable', async () => {
  const refused = (await send(`http://127.0.0.1:${CLOSED_PORT}`)) as { status: string; reason: string };
  assert.equal(refused.status, 'retryable');
  assert.equal(refused.reason, 'connection refused');
});

const certificates = createCertificates();
after(() => certificates[Symbol.dispose]());

test('GrpcTransport authenticates with a client certificate', async () => {
  const { ca, client } = certificates;
  const { cert, key } = readKeyPair(certificates.server);
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  using server = await startServer(Buffer.alloc(0), ServerCredentials.createSsl(readFileSync(ca), [pair], true));
  const url = `https://localhost:${server.port}`;
  const clientFiles = { cert: readFileSync(client.cert), key: readFileSync(client.key) };
  const statusWith = async (files: TlsContents) =>
    ((await send(url, { tls: { current: async () => files } })) as { status: string }).status;
  assert.equal(await statusWith({ ca: readFileSync(ca), ...clientFiles }), 'success');
  assert.equal(await statusWith({ ca: readFileSync(ca) }), 'retryable');
});
