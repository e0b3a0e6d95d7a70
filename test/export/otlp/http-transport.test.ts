import assert from 'node:assert/strict';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { HttpTransport, type HttpTransportOptions } from '../../../src/export/otlp/http-transport.ts';
import { jsonSerializer, protobufSerializer } from '../../../src/export/otlp/serializers.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';
import { type ReceiverReply, startReceiver } from '../../support/otlp-receiver.ts';

const TAKEN = { kind: 'taken', rejected: 0, message: '' };
const NO_FILES = { ca: undefined, cert: undefined, key: undefined };

function createWire(url: string, options: Partial<HttpTransportOptions> = {}): HttpTransport {
  return new HttpTransport({
    endpoint: new URL(`${url}/v1/metrics`),
    headers: {},
    contentType: 'application/x-protobuf',
    compressed: false,
    timeoutMs: 10_000,
    tls: NO_FILES,
    userAgent: 'test',
    deserialize: protobufSerializer.deserializeResponse,
    ...options,
  });
}

/** What one try comes to when the Collector says that. */
async function answerTo(reply: ReceiverReply, options: Partial<HttpTransportOptions> = {}): Promise<unknown> {
  await using receiver = await startReceiver({ reply: () => reply });
  const wire = createWire(receiver.url, options);
  const answer = await wire.send(Buffer.alloc(0));
  wire.close();
  return answer;
}

test('HttpWire posts with the headers it is given, and shows no secret', async () => {
  await using receiver = await startReceiver();
  const wire = createWire(receiver.url, { headers: { 'x-tenant': 'a b', authorization: 'Bearer s3cret' } });
  assert.deepEqual(await wire.send(Buffer.alloc(0)), TAKEN);
  wire.close();
  const [received] = receiver.received;
  const { host: _, ...headers } = received?.headers ?? {};
  assert.deepEqual(headers, {
    'user-agent': 'test',
    'x-tenant': 'a b',
    authorization: 'Bearer s3cret',
    'content-type': 'application/x-protobuf',
    'content-length': '0',
    connection: 'keep-alive',
  });
  assert.equal(received?.path, '/v1/metrics');
  assert.equal(wire.address, `${receiver.url}/v1/metrics`);
});

test('HttpWire compresses once what it sends', async () => {
  await using receiver = await startReceiver();
  const wire = createWire(receiver.url, { compressed: true, contentType: 'application/json' });
  const message = Buffer.from(`{"resourceMetrics":[${' '.repeat(10_000)}]}`);
  const body = await wire.encode(message);
  assert.ok(body.length < 1000);
  assert.deepEqual([await wire.send(body), await wire.send(body)], [TAKEN, TAKEN]);
  wire.close();
  assert.deepEqual(
    receiver.received.map((received) => [received.headers['content-encoding'], received.body.toString()]),
    [
      ['gzip', message.toString()],
      ['gzip', message.toString()],
    ],
  );
});

function mayTryAgain(status: number, words: string): void {
  test(`HttpWire may try again after ${words}`, async () => {
    assert.deepEqual(await answerTo({ status }), { kind: 'later', reason: words });
  });
}

mayTryAgain(429, '429 Too Many Requests');
mayTryAgain(502, '502 Bad Gateway');
mayTryAgain(503, '503 Service Unavailable');
mayTryAgain(504, '504 Gateway Timeout');

function givesUp(status: number, words: string): void {
  test(`HttpWire does not try again after ${words}`, async () => {
    assert.deepEqual(await answerTo({ status }), { kind: 'never', reason: words });
  });
}

givesUp(302, '302 Found');
givesUp(400, '400 Bad Request');
givesUp(401, '401 Unauthorized');
givesUp(403, '403 Forbidden');
givesUp(404, '404 Not Found');
givesUp(413, '413 Payload Too Large');
givesUp(500, '500 Internal Server Error');

test('HttpWire reads for how long to leave the Collector alone', async () => {
  const after = async (written: string): Promise<unknown> =>
    answerTo({ status: 503, headers: { 'retry-after': written } });
  const reason = '503 Service Unavailable';
  assert.deepEqual(await after('7'), { kind: 'later', reason, afterMs: 7000 });
  assert.deepEqual(await after('Wed, 21 Oct 2015 07:28:00 GMT'), { kind: 'later', reason, afterMs: 0 });
  assert.deepEqual(await after('soon'), { kind: 'later', reason });
  const inAnHour = (await after(new Date(Date.now() + 3_600_000).toUTCString())) as { afterMs: number };
  assert.ok(inAnHour.afterMs > 3_500_000 && inAnHour.afterMs <= 3_600_000, `${inAnHour.afterMs}`);
});

test('HttpWire hears what the Collector rejects of a reading, in protobuf and in JSON', async () => {
  const reply = { rejected: 3, message: 'too old' };
  const expected = { kind: 'taken', rejected: 3, message: 'too old' };
  assert.deepEqual(await answerTo(reply), expected);
  const json = { contentType: 'application/json', deserialize: jsonSerializer.deserializeResponse };
  await using receiver = await startReceiver({ reply: () => reply });
  const wire = createWire(receiver.url, json);
  assert.deepEqual(await wire.send(Buffer.from('{"resourceMetrics":[]}')), expected);
  wire.close();
});

test('HttpWire may try again when nobody listens, when the connection ends and when no answer comes', async () => {
  const nobody = createWire(`http://127.0.0.1:${CLOSED_PORT}`);
  assert.deepEqual(await nobody.send(Buffer.alloc(0)), { kind: 'later', reason: 'connection refused' });
  assert.deepEqual(await answerTo('disconnect'), { kind: 'later', reason: 'connection closed' });
  assert.deepEqual(await answerTo('no-response', { timeoutMs: 50 }), { kind: 'later', reason: 'no answer in 0.05 s' });
});

test('HttpWire may try again when there is no such host name, and when nobody knows', async (context) => {
  const codes = ['ENOTFOUND', 'EAI_AGAIN'];
  type Callback = (error: Error) => void;
  context.mock.method(dns, 'lookup', (_name: string, _options: unknown, callback: Callback) => {
    callback(Object.assign(new Error('lookup'), { code: codes.shift() }));
  });
  const unknown = createWire('http://nobody.invalid');
  const again = () => unknown.send(Buffer.alloc(0));
  assert.deepEqual(await again(), { kind: 'later', reason: 'no such host name' });
  assert.deepEqual(await again(), { kind: 'later', reason: 'the host name cannot be looked up' });
});

test('HttpWire notices by itself that a connection it kept was closed', async () => {
  const first = await startReceiver();
  const wire = createWire(first.url);
  assert.deepEqual(await wire.send(Buffer.alloc(0)), TAKEN);
  await first[Symbol.asyncDispose]();
  await using second = await startReceiver({ port: first.port });
  assert.deepEqual(await wire.send(Buffer.alloc(0)), TAKEN);
  wire.close();
  assert.equal(second.received.length, 1);
});

const certificates = createCertificates();
after(() => certificates[Symbol.dispose]());

function tlsReceiver() {
  const { ca, server } = certificates;
  return startReceiver({ tls: { ...readKeyPair(server), ca: readFileSync(ca, 'utf8') } });
}

async function answerOverTls(files: Partial<HttpTransportOptions['tls']>): Promise<unknown> {
  await using receiver = await tlsReceiver();
  const wire = createWire(receiver.url, { tls: { ...NO_FILES, ...files } });
  const answer = await wire.send(Buffer.alloc(0));
  wire.close();
  return answer;
}

test('HttpWire speaks TLS with a certificate of its own to whom it trusts', async () => {
  const { ca, client, untrusted } = certificates;
  const trusted = { ca: readFileSync(ca) };
  const own = (pair: typeof client) => ({ cert: readFileSync(pair.cert), key: readFileSync(pair.key) });
  assert.deepEqual(await answerOverTls({ ...trusted, ...own(client) }), TAKEN);
  const kindOf = async (files: Partial<HttpTransportOptions['tls']>): Promise<unknown> =>
    ((await answerOverTls(files)) as { kind: string }).kind;
  assert.equal(await kindOf(trusted), 'later', 'without a certificate');
  assert.equal(await kindOf({ ...trusted, ...own(untrusted) }), 'later', 'with one that nobody has signed');
  assert.equal(await kindOf(own(client)), 'later', 'without trust');
});
