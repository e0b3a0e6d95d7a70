import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { protobufSerializer } from '../../../src/export/otlp/serializers.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';

// Where the tester's variables name a proxy for gRPC, it is not for what is on the loopback.
process.env['no_grpc_proxy'] = '127.0.0.1,localhost';

type Answer = { readonly code: number; readonly details: string; readonly metadata?: Metadata } | Buffer;

const asItIs = (bytes: Buffer): Buffer => bytes;
const service: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};

async function startServer(answer: Answer, credentials = ServerCredentials.createInsecure()) {
  const received: { readonly body: string; readonly tenant: unknown }[] = [];
  const server = new Server();
  server.addService(service, {
    export(call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) {
      received.push({ body: call.request.toString(), tenant: call.metadata.get('x-tenant')[0] });
      if (Buffer.isBuffer(answer)) callback(null, answer);
      else callback(answer);
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
  const wire = await GrpcTransport.load({
    endpoint: new URL(url),
    headers: { 'x-tenant': 'ops' },
    compressed: false,
    timeoutMs: 30_000,
    tls: { ca: undefined, cert: undefined, key: undefined },
    userAgent: 'test',
    deserialize: protobufSerializer.deserializeResponse,
    ...options,
  });
  const answer = await wire.send(await wire.encode(Buffer.from('reading')));
  wire.close();
  return answer;
}

async function answerTo(answer: Answer): Promise<unknown> {
  using server = await startServer(answer);
  return await send(`http://127.0.0.1:${server.port}`);
}

test('GrpcTransport sends what it is given, with its headers', async () => {
  using server = await startServer(Buffer.alloc(0));
  const taken = { kind: 'taken', rejected: 0, message: '' };
  assert.deepEqual(await send(`http://127.0.0.1:${server.port}`), taken);
  assert.deepEqual(await send(`http://127.0.0.1:${server.port}`, { compressed: true }), taken);
  const expected = { body: 'reading', tenant: 'ops' };
  assert.deepEqual(server.received, [expected, expected]);
});

test('GrpcTransport hears what the Collector rejects of a reading', async () => {
  // partial_success { rejected_data_points: 3, error_message: "old" }
  const response = Buffer.from([0x0a, 7, 0x08, 3, 0x12, 3, ...Buffer.from('old')]);
  assert.deepEqual(await answerTo(response), { kind: 'taken', rejected: 3, message: 'old' });
});

test('GrpcTransport tells what may be tried again from what may not', async () => {
  const answered = async (code: number): Promise<unknown> => answerTo({ code, details: 'so it is' });
  assert.deepEqual(await answered(status.UNAVAILABLE), { kind: 'later', reason: '14 UNAVAILABLE: so it is' });
  assert.deepEqual(await answered(status.UNAUTHENTICATED), { kind: 'never', reason: '16 UNAUTHENTICATED: so it is' });
  const exhausted = { kind: 'never', reason: '8 RESOURCE_EXHAUSTED: so it is' };
  assert.deepEqual(await answered(status.RESOURCE_EXHAUSTED), exhausted);
});

test('GrpcTransport reads for how long to leave the Collector alone', async () => {
  // google.rpc.Status with one detail, google.rpc.RetryInfo { retry_delay { seconds: 2, nanos: 500000000 } }
  const delay = [0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01];
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const detail = [0x0a, type.length, ...type, 0x12, delay.length + 2, 0x0a, delay.length, ...delay];
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([0x08, 8, 0x1a, detail.length, ...detail]));
  assert.deepEqual(await answerTo({ code: status.RESOURCE_EXHAUSTED, details: 'busy', metadata }), {
    kind: 'later',
    reason: '8 RESOURCE_EXHAUSTED: busy',
    afterMs: 2500,
  });
});

test('GrpcTransport may try again when nobody listens', async () => {
  const { kind, reason } = (await send(`http://127.0.0.1:${CLOSED_PORT}`)) as { kind: string; reason: string };
  assert.equal(kind, 'later');
  assert.match(reason, /^14 UNAVAILABLE: /);
});

const certificates = createCertificates();
after(() => certificates[Symbol.dispose]());

test('GrpcTransport speaks TLS with a certificate of its own', async () => {
  const { ca, client } = certificates;
  const { cert, key } = readKeyPair(certificates.server);
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  using server = await startServer(Buffer.alloc(0), ServerCredentials.createSsl(readFileSync(ca), [pair], true));
  const url = `https://localhost:${server.port}`;
  const own = { cert: readFileSync(client.cert), key: readFileSync(client.key) };
  const kindOf = async (tls: GrpcTransportOptions['tls']) => ((await send(url, { tls })) as { kind: string }).kind;
  assert.equal(await kindOf({ ca: readFileSync(ca), ...own }), 'taken');
  assert.equal(await kindOf({ ca: readFileSync(ca), cert: undefined, key: undefined }), 'later');
});

test('GrpcTransport says which package it needs where that is not installed', () => {
  // A loader that finds no such package stands for a machine that has none.
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name !== '@opentelemetry/otlp-grpc-exporter-base') return next(name, context);
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    } });
    const { GrpcTransport } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/export/otlp/grpc-transport.ts'))});
    await GrpcTransport.load({}).catch(({ message }) => console.log(message));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', hook], { encoding: 'utf8' });
  assert.equal(said, 'Cannot push over grpc: the package @opentelemetry/otlp-grpc-exporter-base is not installed\n');
});
