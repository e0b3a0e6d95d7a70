import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInNoProxy } from '../../src/config/no-proxy.ts';
import { type ProxyUse, readProxy } from '../../src/config/proxy.ts';

type Environment = Readonly<Record<string, string>>;

function proxyOf(endpoint: string, env: Environment, use: ProxyUse = 'http') {
  const warnings: string[] = [];
  const proxy = readProxy(new URL(endpoint), { use, env, warn: (message) => warnings.push(message) });
  return { proxy: proxy?.href, warnings };
}

function selects(
  expected: string | undefined,
  endpoint: string,
  { env, use = 'http' }: { env: Environment; use?: ProxyUse },
): void {
  test(`readProxy() returns ${expected} for ${use} to ${endpoint} with ${JSON.stringify(env)}`, () => {
    assert.deepEqual(proxyOf(endpoint, env, use), { proxy: expected, warnings: [] });
  });
}

const P = 'http://p:3128/';
selects(undefined, 'http://c:4318', { env: {} });
selects(P, 'http://c:4318', { env: { HTTP_PROXY: 'http://p:3128' } });
selects(P, 'http://c:4318', { env: { http_proxy: 'http://p:3128', HTTP_PROXY: 'http://q' } });
selects(P, 'http://c:4318', { env: { http_proxy: ' ', HTTP_PROXY: ' p:3128 ' } });
selects(P, 'https://c:4318', { env: { https_proxy: 'http://p:3128', http_proxy: 'http://q' } });
selects(undefined, 'https://c:4318', { env: { HTTP_PROXY: 'http://p:3128' } });
selects(P, 'https://c:4318', { env: { ALL_PROXY: 'http://p:3128' } });
selects(P, 'http://c:4318', { env: { HTTP_PROXY: 'http://p:3128', all_proxy: 'http://q' } });
selects('https://me:p%40s%2Fs@p/', 'http://c:4318', { env: { HTTP_PROXY: 'https://me:p%40s%2Fs@p' } });
selects(P, 'http://c:4317', { use: 'grpc', env: { HTTPS_PROXY: 'http://p:3128', HTTP_PROXY: 'http://q' } });
selects(P, 'http://c:4317', { use: 'grpc', env: { http_proxy: 'http://p:3128' } });
selects(P, 'https://c:4317', { use: 'grpc', env: { grpc_proxy: 'http://p:3128', https_proxy: 'http://q' } });
selects(undefined, 'https://c:4317', { use: 'grpc', env: { https_proxy: P, no_grpc_proxy: 'c', no_proxy: 'd' } });
selects(P, 'https://c:4317', { use: 'grpc', env: { https_proxy: P, no_grpc_proxy: 'd', no_proxy: 'c' } });
selects(undefined, 'unix:/run/otel.sock', { use: 'grpc', env: { ALL_PROXY: P } });
for (const host of ['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]']) {
  selects(undefined, `http://${host}:4318`, { env: { HTTP_PROXY: P } });
}
selects(undefined, 'http://c:4318', { env: { HTTP_PROXY: P, NO_PROXY: 'c' } });
selects(P, 'http://c:4318', { env: { HTTP_PROXY: P, NO_PROXY: 'c', no_proxy: 'd' } });
selects(undefined, 'https://c', { env: { HTTPS_PROXY: P, NO_PROXY: 'c:443' } });

for (const value of [
  'socks5://s3cret@p:1080',
  'http://',
  'http://p:99999',
  'http://me:s3#cret@p',
  'http://me:s3/cret@p',
  'http://me:%zz@p',
  'p q',
]) {
  test(`readProxy() ignores the proxy ${value} with a warning that does not show it`, () => {
    assert.deepEqual(proxyOf('https://c', { HTTPS_PROXY: value, ALL_PROXY: P }), {
      proxy: P,
      warnings: ['Ignoring variable HTTPS_PROXY: expected the URL of an HTTP proxy, such as http://proxy:3128'],
    });
  });
}

function matches(list: string, target: string, expected: boolean): void {
  test(`isInNoProxy() returns ${expected} for ${target} and the list ${JSON.stringify(list)}`, () => {
    const { hostname, port } = new URL(`http://${target}`);
    assert.equal(isInNoProxy(list, { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }), expected);
  });
}

matches('', 'c:4318', false);
matches('*', 'c:4318', true);
matches('a, c', 'c:4318', true);
matches('a c', 'c:4318', true);
matches('C.Example.', 'c.example:4318', true);
matches('example.com', 'c.example.com:4318', true);
matches('example.com', 'badexample.com:4318', false);
matches('.example.com', 'c.example.com:4318', true);
matches('.example.com', 'example.com:4318', true);
matches('*.example.com', 'c.example.com:4318', true);
matches('c:4318', 'c:4318', true);
matches('c:4317', 'c:4318', false);
matches('10.0.0.1', '10.0.0.1:4318', true);
matches('10.0.0.1:4317', '10.0.0.1:4318', false);
matches('10.0.0.1:4318', '10.0.0.1:4318', true);
matches('10.0.0.0/8', '10.1.2.3:4318', true);
matches('10.0.0.0/8', '11.1.2.3:4318', false);
matches('10.0.0.0/99', '10.1.2.3:4318', false);
matches('10.0.0.1-10.0.0.9', '10.0.0.5:4318', true);
matches('10.0.0.1-x', '10.0.0.5:4318', false);
matches('10.0.0.0/8', 'ten.example:4318', false);
matches('fd00::/8', '[fd12::1]:4318', true);
matches('fd12::1', '[fd12::1]:4318', true);
matches('[fd12::1]:4318', '[fd12::1]:4318', true);
matches('[fd12::1]:4317', '[fd12::1]:4318', false);
matches('fd00::/8', '10.1.2.3:4318', false);
matches('.', 'c:4318', false);
matches(',,', 'c:4318', false);
