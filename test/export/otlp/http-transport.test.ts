import assert from 'node:assert/strict';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { HttpTransport, type HttpTransportOptions } from '../../../src/export/otlp/http-transport.ts';
import type { TlsContents } from '../../../src/export/otlp/tls-files.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';
import { CLOSED_PORT } from '../../support/closed-port.ts';
import { type ReceiverReply, startReceiver } from '../../support/otlp-receiver.ts';

const SUCCESS = { status: 'success', rejected: 0, message: '' };
const NO_FILES = { current: async () => ({}) };

function createTransport(url: string, options: Partial<HttpTransportOptions> = {}): HttpTransport {
  return new HttpTransport({
    endpoint: new URL(`${url}/v1/metrics`),
    headers: {},
    contentType: 'application/x-protobuf',
    compressed: false,
    timeoutMs: 10_000,
    tls: NO_FILES,
    userAgent: 'test',
    proxy: undefined,
    ...options,
  });
}

/** Returns the result of one attempt. */
async function responseFor(reply: ReceiverReply, options: Partial<HttpTransportOptions> = {}): Promise<unknown> {
  await using receiver = await startReceiver({ reply: () => reply });
  const transport = createTransport(receiver.url, options);
  const response = await transport.send(Buffer.alloc(0));
  transport.close();
  return response;
}

test('HttpTransport sends the configured headers, and its address contains no secret', async () => {
  await using receiver = await startReceiver();
  const transport = createTransport(receiver.url, { headers: { 'x-tenant': 'a b', authorization: 'Bearer s3cret' } });
  assert.deepEqual(await transport.send(Buffer.alloc(0)), SUCCESS);
  transport.close();
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
  assert.equal(transport.address, `${receiver.url}/v1/metrics`);
});

test('HttpTransport compresses a message once for all attempts', async () => {
  await using receiver = await startReceiver();
  const transport = createTransport(receiver.url, { compressed: true, contentType: 'application/json' });
  const message = Buffer.from(`{"resourceMetrics":[${' '.repeat(10_000)}]}`);
  const body = await transport.encode(message);
  assert.ok(body.length < 1000);
  assert.deepEqual([await transport.send(body), await transport.send(body)], [SUCCESS, SUCCESS]);
  transport.close();
  assert.deepEqual(
    receiver.received.map((received) => [received.headers['content-encoding'], received.body.toString()]),
    [
      ['gzip', message.toString()],
      ['gzip', message.toString()],
    ],
  );
});

function isRetryable(status: number, reason: string): void {
  test(`HttpTransport treats ${reason} as retryable`, async () => {
    assert.deepEqual(await responseFor({ status }), { status: 'retryable', reason });
  });
}

isRetryable(429, '429 Too Many Requests');
isRetryable(502, '502 Bad Gateway');
isRetryable(503, '503 Service Unavailable');
isRetryable(504, '504 Gateway Timeout');

function isFinal(status: number, reason: string): void {
  test(`HttpTransport treats ${reason} as final`, async () => {
    assert.deepEqual(await responseFor({ status }), { status: 'failure', reason });
  });
}

isFinal(302, '302 Found');
isFinal(400, '400 Bad Request');
isFinal(401, '401 Unauthorized');
isFinal(403, '403 Forbidden');
isFinal(404, '404 Not Found');
isFinal(413, '413 Payload Too Large');
isFinal(500, '500 Internal Server Error');

test('HttpTransport returns the retry delay of the Collector', async () => {
  const retryAfter = async (header: string): Promise<unknown> =>
    responseFor({ status: 503, headers: { 'retry-after': header } });
  const reason = '503 Service Unavailable';
  assert.deepEqual(await retryAfter('7'), { status: 'retryable', reason, retryInMillis: 7000 });
  assert.deepEqual(await retryAfter('Wed, 21 Oct 2015 07:28:00 GMT'), {
    status: 'retryable',
    reason,
    retryInMillis: 0,
  });
  assert.deepEqual(await retryAfter('soon'), { status: 'retryable', reason });
  const inAnHour = (await retryAfter(new Date(Date.now() + 3_600_000).toUTCString())) as { retryInMillis: number };
  const { retryInMillis } = inAnHour;
  assert.ok(retryInMillis > 3_500_000 && retryInMillis <= 3_600_000, `${retryInMillis}`);
});

test('HttpTransport returns the number of rejected data points, from protobuf and JSON', async () => {
  const reply = { rejected: 3, message: 'too old' };
  const expected = { status: 'success', rejected: 3, message: 'too old' };
  assert.deepEqual(await responseFor(reply), expected);
  const json = { contentType: 'application/json' };
  await using receiver = await startReceiver({ reply: () => reply });
  const transport = createTransport(receiver.url, json);
  assert.deepEqual(await transport.send(Buffer.from('{"resourceMetrics":[]}')), expected);
  transport.close();
});

test('HttpTransport treats refused, closed and silent connections as retryable', async () => {
  const refused = createTransport(`http://127.0.0.1:${CLOSED_PORT}`);
  assert.deepEqual(await refused.send(Buffer.alloc(0)), { status: 'retryable', reason: 'connection refused' });
  assert.deepEqual(await responseFor('disconnect'), { status: 'retryable', reason: 'connection closed' });
  const silent = { status: 'retryable', reason: 'no response within 0.05 s' };
  assert.deepEqual(await responseFor('no-response', { timeoutMs: 50 }), silent);
});

test('HttpTransport treats failed DNS lookups as retryable', async (context) => {
  const codes = ['ENOTFOUND', 'EAI_AGAIN'];
  type Callback = (error: Error) => void;
  context.mock.method(dns, 'lookup', (_name: string, _options: unknown, callback: Callback) => {
    callback(Object.assign(new Error('lookup'), { code: codes.shift() }));
  });
  const unknown = createTransport('http://missing.invalid');
  const send = () => unknown.send(Buffer.alloc(0));
  assert.deepEqual(await send(), { status: 'retryable', reason: 'unknown host name' });
  assert.deepEqual(await send(), { status: 'retryable', reason: 'DNS lookup failed' });
});

test('HttpTransport repeats a request whose idle connection was closed', async () => {
  const first = await startReceiver();
  const transport = createTransport(first.url);
  assert.deepEqual(await transport.send(Buffer.alloc(0)), SUCCESS);
  await first[Symbol.asyncDispose]();
  await using second = await startReceiver({ port: first.port });
  assert.deepEqual(await transport.send(Buffer.alloc(0)), SUCCESS);
  transport.close();
  assert.equal(second.received.length, 1);
});

const certificates = createCertificates();
after(() => certificates[Symbol.dispose]());

function tlsReceiver() {
  const { ca, server } = certificates;
  return startReceiver({ tls: { ...readKeyPair(server), ca: readFileSync(ca, 'utf8') } });
}

async function responseOverTls(files: TlsContents): Promise<unknown> {
  await using receiver = await tlsReceiver();
  const transport = createTransport(receiver.url, { tls: { current: async () => files } });
  const response = await transport.send(Buffer.alloc(0));
  transport.close();
  return response;
}

test('HttpTransport authenticates with a client certificate, to a server that it trusts', async () => {
  const { ca, client, untrusted } = certificates;
  const trusted = { ca: readFileSync(ca) };
  const clientFiles = (pair: typeof client) => ({ cert: readFileSync(pair.cert), key: readFileSync(pair.key) });
  assert.deepEqual(await responseOverTls({ ...trusted, ...clientFiles(client) }), SUCCESS);
  const statusWith = async (files: TlsContents): Promise<unknown> =>
    ((await responseOverTls(files)) as { status: string }).status;
  assert.equal(await statusWith(trusted), 'retryable', 'without a client certificate');
  assert.equal(
    await statusWith({ ...trusted, ...clientFiles(untrusted) }),
    'retryable',
    'with a client certificate of another authority',
  );
  assert.equal(await statusWith(clientFiles(client)), 'retryable', 'without the authority of the server');
});
