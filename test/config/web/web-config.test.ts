import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWebConfig } from '../../../src/config/web/web-config.ts';

const TLS = 'tls_server_config:\n  cert_file: a.pem\n  key_file: /etc/b.key\n';

test('parseWebConfig() returns the defaults of exporter-toolkit', () => {
  assert.deepEqual(parseWebConfig(TLS, '/etc/exporter'), {
    tls: {
      cert: { file: '/etc/exporter/a.pem' },
      key: { file: '/etc/b.key' },
      clientCa: undefined,
      clientAuth: 'NoClientCert',
      clientAllowedSans: undefined,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: [],
      curves: [],
      prefersServerCiphers: true,
    },
    headers: {},
    users: new Map(),
    rateLimit: undefined,
  });
});

for (const text of [
  '',
  '# comment\n',
  '{}',
  'tls_server_config: {}',
  'tls_server_config: {min_version: TLS13}',
  '---\n',
]) {
  test(`parseWebConfig() enables neither TLS nor users for ${JSON.stringify(text)}`, () => {
    const { tls, users } = parseWebConfig(text, '/');
    assert.deepEqual({ tls, users }, { tls: undefined, users: new Map() });
  });
}

test('parseWebConfig() accepts keys without a value, aliases, and booleans of YAML 1.1', () => {
  const { tls } = parseWebConfig(
    'tls_server_config:\n  cert_file: &file a.pem\n  key_file: *file\n  client_ca_file:\n  prefer_server_cipher_suites: no\n',
    '/',
  );
  assert.deepEqual(
    [tls?.cert, tls?.key, tls?.clientCa, tls?.prefersServerCiphers],
    [{ file: '/a.pem' }, { file: '/a.pem' }, undefined, false],
  );
});

for (const [text, message] of [
  ['a: [', 'invalid YAML in line 1 (BAD_INDENT)'],
  ['rate_limit: {}\nrate_limit: {}\n', 'invalid YAML in line 2 (DUPLICATE_KEY)'],
  ['rate_limit:\n  burst: many\n', 'expected a whole number in line 2'],
  ['rate_limit:\n  burst: -1\n', 'expected a whole number in line 2'],
  ['http_server_config:\n  http2: maybe\n', 'expected true or false in line 2'],
  ['http_server_config:\n  headers: [a]\n', 'expected a mapping in line 2'],
  ['tls_server_config:\n  cipher_suites: TLS_NONE\n', 'expected a list in line 2'],
  ['tls_server_config:\n  cert_file: [a]\n', 'expected a text in line 2'],
  [
    'basic_auth_users:\n  a: $2b$03$0ZfxX8Ir7b1sGiIdpZPCue5BnHb3MDHkH6JfEA4aPRkP6GxXT28sO\n',
    'of user "a": expected a hash',
  ],
  [
    'http_server_config:\n  headers:\n    X-XSS-Protection: "a\\nb"\n',
    'invalid character in the value of X-XSS-Protection',
  ],
  ['{a: 1, b: 2', 'invalid YAML in line 1'],
] as const) {
  test(`parseWebConfig() rejects ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseWebConfig(text, '/'),
      (error: Error) => error.message.includes(message),
    );
  });
}

for (const [interval, milliseconds] of [
  ['1s', 1000],
  ['1m30s', 90_000],
  ['1.5ms', 1.5],
  ['500us', 0.5],
  ['2000000', 2],
] as const) {
  test(`parseWebConfig() reads the interval ${interval}`, () => {
    const { rateLimit } = parseWebConfig(`rate_limit: {interval: ${interval}, burst: 3}`, '/');
    assert.deepEqual(rateLimit, { intervalMs: milliseconds, burst: 3 });
  });
}
