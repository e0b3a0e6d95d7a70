import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { HttpTransport } from '../../../src/export/otlp/http-transport.ts';
import type { ExportResponse } from '../../../src/export/otlp/transport.ts';
import { fc } from '../../support/fast-check.ts';
import { startTcpServer } from '../../support/raw-tcp.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** Returns the result of one attempt to push to a server that responds with these bytes. */
async function resultOf(
  response: Buffer | string,
  { isClosed = true, contentType = JSON_TYPE } = {},
): Promise<ExportResponse> {
  await using server = await startTcpServer((socket) => {
    socket.once('data', () => {
      if (isClosed) socket.end(response);
      else socket.write(response);
    });
  });
  const transport = new HttpTransport({
    endpoint: new URL(`http://127.0.0.1:${server.port}/v1/metrics`),
    headers: {},
    contentType,
    compressed: false,
    timeoutMs: 500,
    tls: undefined,
    proxy: undefined,
    userAgent: 'test',
  });
  const result = await transport.send(Buffer.from('{}'));
  transport.close();
  return result;
}

function http(status: string, body: Buffer | string = '', headers: Readonly<Record<string, string>> = {}): Buffer {
  const content = Buffer.from(body);
  const all = { 'content-length': String(content.length), ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head.join('')}\r\n`), content]);
}

function accepts(
  what: string,
  response: Buffer | string,
  expected: { rejected?: number; message?: string } = {},
): void {
  test(`HttpTransport treats ${what} as success`, async () => {
    assert.deepEqual(await resultOf(response), { status: 'success', rejected: 0, message: '', ...expected });
  });
}

accepts('an empty body', http('200 OK'));
accepts('status 204', http('204 No Content'));
accepts('status 299', http('299 Odd'));
for (const body of [
  'null',
  '{}',
  '[]',
  '""',
  '0',
  '{',
  'NaN',
  '<html><body>It works</body></html>',
  '{"partialSuccess":null}',
  '{"partialSuccess":[]}',
  '{"partialSuccess":{"rejectedDataPoints":null,"errorMessage":null}}',
  '{"partialSuccess":{"rejectedDataPoints":"many","errorMessage":7}}',
  '{"partialSuccess":{"rejectedDataPoints":-1}}',
  '{"partialSuccess":{"rejectedDataPoints":1e999}}',
  '{"partialSuccess":{"rejectedDataPoints":{}}}',
  '{"__proto__":{"partialSuccess":1}}',
]) {
  accepts(`the body ${body}`, http('200 OK', body));
  accepts(`the body ${body} as HTML`, http('200 OK', body, { 'content-type': 'text/html' }));
  accepts(`the body ${body} as protobuf`, http('200 OK', body, { 'content-type': PROTOBUF_TYPE }));
}
accepts('a body of 900 KB', http('200 OK', 'x'.repeat(900_000)));
accepts('a body of 3 MB', http('200 OK', 'x'.repeat(3_000_000)));
accepts('a body that ends too early', http('200 OK', '{', { 'content-length': '100' }));
accepts('a body with an invalid chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n');
accepts('a compressed body', http('200 OK', gzipSync('{}'), { 'content-encoding': 'gzip' }));
accepts(
  'a partial success',
  http('200 OK', '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"old\\n\\u0000"}}'),
  {
    rejected: 3,
    message: 'old',
  },
);
accepts(
  'a partial success with a long message',
  http('200 OK', JSON.stringify({ partialSuccess: { rejectedDataPoints: 1, errorMessage: 'x'.repeat(10_000) } })),
  { rejected: 1, message: `${'x'.repeat(500)}…` },
);
accepts(
  'a partial success in protobuf for a request in JSON',
  http('200 OK', Buffer.from([0x0a, 7, 0x08, 3, 0x12, 3, ...Buffer.from('old')]), { 'content-type': PROTOBUF_TYPE }),
  { rejected: 3, message: 'old' },
);

accepts(
  'a compressed partial success',
  http('200 OK', gzipSync('{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"old"}}'), {
    'content-encoding': 'gzip',
  }),
  { rejected: 3, message: 'old' },
);
for (const [what, headers] of [
  ['an invalid header name', 'x y: 1\r\n'],
  ['a control character in a header', 'x: a\x01b\r\n'],
  ['two lengths', 'content-length: 0\r\ncontent-length: 0\r\n'],
  ['a negative length', 'content-length: -1\r\n'],
  ['a length and chunks', 'content-length: 3\r\ntransfer-encoding: chunked\r\n'],
  ['headers of 20 KB', `x: ${'x'.repeat(20_000)}\r\n`],
] as const) {
  accepts(`status 200 with ${what}`, `HTTP/1.1 200 OK\r\n${headers}\r\n`);
}
accepts('lines without a carriage return', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n');

for (const [response, expected] of [
  ['HTTP/1.1 400 Bad\r\nx y: 1\r\n\r\n', { status: 'failure', reason: '400 Bad' }],
  ['HTTP/1.1 503 Busy\r\nx y: 1\r\n\r\n', { status: 'retryable', reason: '503 Busy' }],
] as const) {
  test(`HttpTransport uses the status of a response with an invalid header: ${expected.reason}`, async () => {
    assert.deepEqual(await resultOf(response), expected);
  });
}

test('HttpTransport treats a body that never ends as success', async () => {
  const response = http('200 OK', '{', { 'content-length': '100' });
  assert.deepEqual(await resultOf(response, { isClosed: false }), { status: 'success', rejected: 0, message: '' });
});

function retries(what: string, response: string | Buffer, reason: string): void {
  test(`HttpTransport treats ${what} as retryable`, async () => {
    assert.deepEqual(await resultOf(response), { status: 'retryable', reason });
  });
}

retries('an incomplete header', 'HTTP/1.1 200 OK\r\nconte', 'connection closed');
retries(
  'a switch of protocols',
  'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  'connection closed without a response',
);
retries(
  'status 503 with a long reason',
  http(`503 ${'x'.repeat(1000)}`),
  `${`503 ${'x'.repeat(1000)}`.slice(0, 500)}…`,
);
retries('an odd Retry-After', http('429 Slow', '', { 'retry-after': '1.5' }), '429 Slow');

/** Fragments that the fuzzer joins: complete and damaged parts of a response. */
const FRAGMENTS = [
  ...[
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 200\r\n',
    'HTTP/1.1 503 Busy\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/2 200\r\n',
  ],
  ...['HTTP/1.1 101 Switch\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n', 'HTTP/1.1 999 \r\n', 'HTTP/1.1 000 x\r\n'],
  ...['content-length: 2\r\n', 'content-length: -1\r\n', 'content-length: 99999\r\n', 'transfer-encoding: chunked\r\n'],
  ...['retry-after: 1\r\n', 'retry-after: never\r\n', 'content-type: application/json\r\n', 'trailer: x\r\n', ': \r\n'],
  ...['\r\n', '\r\n\r\n', '{}', '0\r\n\r\n', '5\r\nhello\r\n', '\0\xff', 'x'.repeat(20_000)],
];
const rawResponse = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })), { maxLength: 8 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('HttpTransport.send() settles for every response', { timeout: 120_000 }, async () => {
  const batch = fc.array(fc.tuple(rawResponse, fc.boolean()), { minLength: 50, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(batch, async (responses) => {
      const results = await Promise.all(
        responses.map(([response, isClosed]) => resultOf(response, { isClosed, contentType: PROTOBUF_TYPE })),
      );
      for (const { status } of results) assert.match(status, /^(?:success|retryable|failure)$/);
    }),
    { numRuns: 8 },
  );
});
