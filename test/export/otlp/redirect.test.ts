import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpTransport } from '../../../src/export/otlp/http-transport.ts';
import { followRedirect } from '../../../src/export/otlp/redirect.ts';
import { startReceiver } from '../../support/otlp-receiver.ts';

const FROM = { url: new URL('http://collector:4318/v1/metrics'), headers: { authorization: 'Bearer s3cret' } };

function follow(statusCode: number, location: string | undefined, from = FROM): unknown {
  const target = followRedirect(from, { statusCode, headers: { location } });
  return target && [target.url.href, target.headers];
}

test('followRedirect() follows redirects that keep the method of a request', () => {
  for (const status of [301, 302, 307, 308]) {
    assert.deepEqual(follow(status, '/other?a=b'), ['http://collector:4318/other?a=b', FROM.headers], String(status));
  }
  for (const status of [200, 300, 303, 304, 400]) assert.equal(follow(status, '/other'), undefined, String(status));
});

test('followRedirect() sends the configured headers to the same host and port only', () => {
  assert.deepEqual(follow(308, 'https://collector:4318/v1/metrics'), [
    'https://collector:4318/v1/metrics',
    FROM.headers,
  ]);
  const onDefaultPort = { ...FROM, url: new URL('http://collector/v1/metrics') };
  assert.deepEqual(follow(308, 'https://collector/x', onDefaultPort), ['https://collector/x', FROM.headers]);
  assert.deepEqual(follow(308, '//other:4318/x'), ['http://other:4318/x', {}]);
  assert.deepEqual(follow(308, 'http://collector:4319/x'), ['http://collector:4319/x', {}]);
});

test('followRedirect() follows no redirect without a usable location, or from https to http', () => {
  for (const location of [undefined, 'http://', 'ftp://collector/x', 'file:///etc/passwd']) {
    assert.equal(follow(307, location), undefined, String(location));
  }
  const encrypted = { ...FROM, url: new URL('https://collector/v1/metrics') };
  assert.equal(follow(307, 'http://collector/v1/metrics', encrypted), undefined);
});

async function send(url: string): Promise<unknown> {
  const transport = new HttpTransport({
    endpoint: new URL(`${url}/v1/metrics`),
    headers: { 'x-tenant': 'a' },
    contentType: 'application/json',
    compressed: false,
    timeoutMs: 10_000,
    tls: undefined,
    proxy: undefined,
    userAgent: 'test',
  });
  const result = await transport.send(Buffer.from('{}'));
  transport.close();
  return result;
}

test('HttpTransport sends the metrics to the location of a redirect', async () => {
  await using collector = await startReceiver();
  const locations = ['/new', `${collector.url}/otlp`];
  await using gateway = await startReceiver({
    reply: (index) => ({ status: 307, headers: { location: locations[index] ?? '' } }),
  });
  assert.deepEqual(await send(gateway.url), { status: 'success', rejected: 0, message: '' });
  const requests = [...gateway.received, ...collector.received];
  assert.deepEqual(
    requests.map(({ path, body, headers }) => [path, body.toString(), headers['x-tenant']]),
    [
      ['/v1/metrics', '{}', 'a'],
      ['/new', '{}', 'a'],
      ['/otlp', '{}', undefined],
    ],
  );
});

test('HttpTransport treats an endless redirect as final', async () => {
  await using receiver = await startReceiver({
    reply: () => ({ status: 307, headers: { location: '/v1/metrics' } }),
  });
  assert.deepEqual(await send(receiver.url), { status: 'failure', reason: '307 Temporary Redirect' });
  assert.equal(receiver.received.length, 6);
});
