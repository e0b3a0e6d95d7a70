/**
 * Cases of web.yml: a configuration, a request and the result. They include the cases of exporter-toolkit's own tests.
 * `docs/security.md` shows the cases as a table, and `test/http/web-cases.test.ts` runs each of them with curl or openssl.
 *
 * https://github.com/prometheus/exporter-toolkit/blob/master/web/tls_config_test.go
 */
import { CIPHERS } from '../src/config/web/tls-names.ts';

export interface WebCase {
  /** Lines of web.yml; `undefined` for a file that does not exist. */
  readonly config: readonly string[] | undefined;
  /** Description of the configuration. Default: the last line of the configuration. */
  readonly about?: string;
  /** Description of the request; absent if the exporter refuses to start. */
  readonly request?: string;
  /**
   * Command after the URL: arguments of curl, or of `openssl s_client` for a command that starts with `openssl`. The command
   * runs in the directory of the certificates.
   */
  readonly command?: readonly string[];
  /** Scheme of the URL. Default: `https` if the configuration contains a certificate. */
  readonly scheme?: 'http' | 'https';
  /** Path of the URL. Default: `/metrics`. */
  readonly path?: string;
  /**
   * Status of the response; `closed` if there is none; the error message if the exporter refuses to start; or a text in the
   * output of the command.
   */
  readonly result: number | 'closed' | { readonly refused: string } | { readonly output: string };
  /** Result of exporter-toolkit, if it differs. */
  readonly toolkit?: string;
}

const TLS = ['tls_server_config:', '  cert_file: server.pem', '  key_file: server.key'];
const MUTUAL = [...TLS, '  client_ca_file: ca.pem', '  client_auth_type: RequireAndVerifyClientCert'];
const ANY = [...TLS, '  client_auth_type: RequireAnyClientCert'];
const IF_GIVEN = [...TLS, '  client_ca_file: ca.pem', '  client_auth_type: VerifyClientCertIfGiven'];
const TLS12 = [...TLS, '  max_version: TLS12'];
/** The passwords are `alice123` (cost 4, `$2a$`), `bob123` (cost 4, `$2b$`) and `dave123` (cost 4, `$2y$`). */
const USERS = [
  'basic_auth_users:',
  '  alice: $2a$04$0ZfxX8Ir7b1sGiIdpZPCue5BnHb3MDHkH6JfEA4aPRkP6GxXT28sO',
  '  bob: $2b$04$5Kez.hUxvO6mU8fguESSBOs3KIKbf0eej/xgG4Sb9gvMbMC8n2lui',
  '  dave: $2y$04$7atYcaZfeYqDgPvIHlWxy.GfRXHaa.PEYcQL6N5o7fi892cmP7lBO',
];
const CLIENT = ['--cert', 'client.pem', '--key', 'client.key'];
const UNTRUSTED = ['--cert', 'untrusted.pem', '--key', 'untrusted.key'];
const AES128 = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
const AES256 = 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384';

/** Configurations with which the exporter does not start. */
const REFUSED: readonly WebCase[] = [
  refused(undefined, 'Cannot read web.yml: ENOENT', 'a file that does not exist'),
  refused(['junk', 'more junk'], 'Cannot parse web.yml: expected a mapping in line 1', 'text that is not a mapping'),
  refused(
    ['tls_server_config:', '  cert_filse: server.pem'],
    'Cannot parse web.yml: unknown key "cert_filse" in line 2',
  ),
  refused(['basic_auth_user: {}'], 'Cannot parse web.yml: unknown key "basic_auth_user" in line 1'),
  refused(
    ['tls_server_config:', '  cert_file: ""', '  key_file: server.key'],
    'Cannot parse web.yml: missing key cert_file or cert in line 1',
    '`cert_file: ""`',
  ),
  refused(
    ['tls_server_config:', '  cert_file: server.pem', '  key: ""'],
    'Cannot parse web.yml: missing key key_file or key in line 1',
  ),
  refused(
    ['tls_server_config:', '  client_auth_type: RequireAndVerifyClientCert'],
    'Cannot parse web.yml: missing key cert_file or cert in line 1',
  ),
  refused(
    ['tls_server_config:', '  cert_file: none.pem', '  key_file: server.key'],
    'Cannot read DIRECTORY/none.pem: ENOENT',
    '`cert_file: none.pem`, which does not exist',
  ),
  refused(
    ['tls_server_config:', '  cert_file: server.pem', '  key_file: none.key'],
    'Cannot read DIRECTORY/none.key: ENOENT',
    '`key_file: none.key`, which does not exist',
  ),
  refused(
    ['tls_server_config:', '  cert_file: server.pem', '  key_file: client.key'],
    'Cannot use the certificates of tls_server_config: error:05800074:x509 certificate routines::key values mismatch',
    'a key that belongs to another certificate',
  ),
  refused(
    [...TLS, '  client_ca_file: ca.pem'],
    'Cannot parse web.yml: client_ca_file without client_auth_type in line 1',
    '`client_ca_file` without `client_auth_type`',
  ),
  refused(
    [...TLS, '  client_ca_file: none.pem', '  client_auth_type: RequireAndVerifyClientCert'],
    'Cannot read DIRECTORY/none.pem: ENOENT',
    '`client_ca_file: none.pem`, which does not exist',
  ),
  refused(
    [...TLS, '  client_ca_file: web.yml', '  client_auth_type: RequireAndVerifyClientCert'],
    'Cannot use the certificates of tls_server_config: no CA certificate',
    '`client_ca_file` without a certificate',
    'starts, and rejects all certificates',
  ),
  refused([...TLS, '  client_auth_type: Always'], 'Cannot parse web.yml: unknown client_auth_type "Always" in line 4'),
  refused(
    [...TLS, '  client_allowed_sans: [localhost]'],
    'Cannot parse web.yml: client_allowed_sans without client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert in line 1',
    '`client_allowed_sans` without a required certificate',
  ),
  refused([...TLS, '  cipher_suites: [TLS_NONE]'], 'Cannot parse web.yml: unknown cipher suite "TLS_NONE" in line 4'),
  refused([...TLS, '  curve_preferences: [CurveP1]'], 'Cannot parse web.yml: unknown curve "CurveP1" in line 4'),
  refused([...TLS, '  min_version: TLS111'], 'Cannot parse web.yml: unknown TLS version "TLS111" in line 4'),
  refused(
    [...TLS12, '  min_version: TLS13'],
    'Cannot parse web.yml: min_version is greater than max_version in line 1',
    '`min_version: TLS13` and `max_version: TLS12`',
    'starts, and each handshake fails',
  ),
  refused(
    ['basic_auth_users:', '  john: doe'],
    'Cannot parse web.yml: invalid password of user "john": expected a hash of bcrypt in line 2',
  ),
  refused(
    ['http_server_config:', '  headers:', '    X-Content-Type-Options: sniff'],
    'Cannot parse web.yml: invalid value of X-Content-Type-Options: expected nosniff in line 3',
  ),
  refused(
    ['http_server_config:', '  headers:', '    X-Frame-Options: foo'],
    'Cannot parse web.yml: invalid value of X-Frame-Options: expected deny or sameorigin in line 3',
  ),
  refused(
    ['http_server_config:', '  headers:', '    Content-Type: foo'],
    'Cannot parse web.yml: header "Content-Type" cannot be configured in line 3',
  ),
  refused(['rate_limit:', '  interval: soon'], 'Cannot parse web.yml: expected a duration such as 500ms in line 2'),
];

/** Handshakes and certificates. */
const HANDSHAKES: readonly WebCase[] = [
  { config: [], about: 'an empty file', request: 'HTTP', result: 200 },
  { config: [], about: 'an empty file', request: 'HTTPS', scheme: 'https', result: 'closed' },
  { config: TLS, about: '`cert_file` and `key_file`', request: 'HTTPS', result: 200 },
  {
    config: TLS,
    about: '`cert_file` and `key_file`',
    request: 'HTTP',
    scheme: 'http',
    result: 'closed',
    toolkit: '400',
  },
  { config: ['INLINE'], about: '`cert` and `key`', request: 'HTTPS', result: 200 },
  { config: TLS, about: 'no `min_version`', request: 'TLS 1.1', command: ['openssl', '-tls1_1'], result: 'closed' },
  {
    config: [...TLS, '  min_version: TLS11'],
    request: 'TLS 1.1',
    command: ['openssl', '-tls1_1'],
    result: { output: 'Protocol  : TLSv1.1' },
  },
  {
    config: [...TLS, '  min_version: TLS13'],
    request: 'TLS 1.2',
    command: ['openssl', '-tls1_2'],
    result: 'closed',
  },
  {
    config: TLS12,
    request: 'TLS 1.3',
    command: ['openssl', '-tls1_3'],
    result: 'closed',
  },
  {
    config: [...TLS12, `  cipher_suites: [${AES128}, ${AES256}]`],
    about: '`cipher_suites` with AES 128 and AES 256',
    request: 'with AES 128 only',
    command: ['openssl', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    result: { output: 'Cipher is ECDHE-ECDSA-AES128-GCM-SHA256' },
  },
  {
    config: [...TLS12, `  cipher_suites: [${AES128}, ${AES256}]`],
    about: '`cipher_suites` with AES 128 and AES 256',
    request: 'with a CBC suite only',
    command: ['openssl', '-cipher', 'ECDHE-ECDSA-AES256-SHA'],
    result: 'closed',
  },
  {
    config: [...TLS12, `  cipher_suites: [${AES128}, ${AES256}]`],
    about: '`cipher_suites` with AES 128 before AES 256',
    request: 'with AES 256 before AES 128',
    command: ['openssl', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'],
    result: { output: 'Cipher is ECDHE-ECDSA-AES128-GCM-SHA256' },
  },
  {
    config: [...TLS12, `  cipher_suites: [${AES128}, ${AES256}]`, '  prefer_server_cipher_suites: false'],
    about: 'the same with `prefer_server_cipher_suites: false`',
    request: 'with AES 256 before AES 128',
    command: ['openssl', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'],
    result: { output: 'Cipher is ECDHE-ECDSA-AES256-GCM-SHA384' },
    toolkit: 'AES 128: Go ignores the key',
  },
  {
    config: [...TLS, `  cipher_suites: [${AES128}]`],
    about: '`cipher_suites` with a suite of TLS 1.2',
    request: 'TLS 1.3',
    command: ['openssl', '-tls1_3'],
    result: { output: 'Cipher is TLS_AES' },
  },
  {
    config: [...TLS, `  cipher_suites: [${Object.keys(CIPHERS).join(', ')}]`],
    about: '`cipher_suites` with all suites',
    request: 'HTTPS',
    result: 200,
  },
  {
    config: [...TLS, '  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]'],
    request: 'HTTPS',
    result: 200,
  },
  {
    config: [...TLS, '  curve_preferences: [CurveP521]'],
    request: 'with P-521',
    command: ['openssl', '-groups', 'P-521'],
    result: { output: 'Server Temp Key: ECDH, secp521r1' },
  },
  {
    config: [...TLS, '  curve_preferences: [CurveP521]'],
    request: 'with P-384 only',
    command: ['openssl', '-groups', 'P-384'],
    result: 'closed',
  },
  {
    config: [...TLS, 'http_server_config:', '  http2: false'],
    request: 'HTTP/2 or HTTP/1.1',
    command: ['--http2', '--include'],
    result: { output: 'HTTP/1.1 200' },
  },
  {
    config: [...TLS, 'http_server_config:', '  http2: true'],
    request: 'HTTP/2 or HTTP/1.1',
    command: ['--http2', '--include'],
    result: { output: 'HTTP/1.1 200' },
    toolkit: 'HTTP/2',
  },
  {
    config: [...TLS12, `  cipher_suites: [${AES256}]`],
    about: '`cipher_suites` without a suite that HTTP/2 requires',
    request: 'HTTPS',
    result: 200,
    toolkit: 'refused, unless `http2` is false',
  },
];

/** Certificates of clients. */
const CLIENTS: readonly WebCase[] = [
  { config: [...TLS, '  client_auth_type: NoClientCert'], request: 'without a certificate', result: 200 },
  {
    config: [...TLS, '  client_auth_type: RequestClientCert'],
    request: 'with a self-signed certificate',
    command: UNTRUSTED,
    result: 200,
  },
  { config: ANY, request: 'with a self-signed certificate', command: UNTRUSTED, result: 200 },
  { config: ANY, request: 'without a certificate', result: 403, toolkit: 'closed' },
  { config: ANY, request: '`/health` without a certificate', path: '/health', result: 200, toolkit: 'closed' },
  { config: IF_GIVEN, request: 'without a certificate', result: 200 },
  { config: IF_GIVEN, request: 'with a certificate of the CA', command: CLIENT, result: 200 },
  { config: IF_GIVEN, request: 'with a self-signed certificate', command: UNTRUSTED, result: 'closed' },
  { config: MUTUAL, request: 'with a certificate of the CA', command: CLIENT, result: 200 },
  { config: MUTUAL, request: 'with a self-signed certificate', command: UNTRUSTED, result: 'closed' },
  { config: MUTUAL, request: 'without a certificate', result: 403, toolkit: 'closed' },
  { config: MUTUAL, request: '`/health` without a certificate', path: '/health', result: 200, toolkit: 'closed' },
  {
    config: MUTUAL,
    request: '`/health` with a self-signed certificate',
    path: '/health',
    command: UNTRUSTED,
    result: 'closed',
  },
  {
    config: ['INLINE', '  client_ca: INLINE', '  client_auth_type: RequireAndVerifyClientCert'],
    about: '`client_ca`',
    request: 'with a certificate of the CA',
    command: CLIENT,
    result: 200,
  },
  {
    config: [...MUTUAL, '  client_allowed_sans: [other, localhost]'],
    request: 'with a certificate for localhost',
    command: CLIENT,
    result: 200,
  },
  {
    config: [...MUTUAL, '  client_allowed_sans: ["127.0.0.1"]'],
    request: 'with a certificate for 127.0.0.1',
    command: CLIENT,
    result: 200,
  },
  {
    config: [...MUTUAL, '  client_allowed_sans: [other]'],
    request: 'with a certificate for localhost',
    command: CLIENT,
    result: 'closed',
  },
];

/** Users, headers and the rate limit. */
const REQUESTS: readonly WebCase[] = [
  user('without a password', undefined, 401),
  user('`/health` without a password', undefined, 200, '/health'),
  user('`/-/ready` without a password', undefined, 200, '/-/ready'),
  user('`/` without a password', undefined, 401, '/'),
  user('`/info/load` without a password', undefined, 401, '/info/load'),
  user('`/none` without a password', undefined, 401, '/none'),
  user('`$2a$`, the right password', 'alice:alice123', 200),
  user('`$2b$`, the right password', 'bob:bob123', 200),
  user('`$2y$`, the right password', 'dave:dave123', 200),
  user('a wrong password', 'dave:bad', 401),
  user('the password of another user', 'dave:bob123', 401),
  user('an unknown user', 'nonexistent:nonexistent', 401),
  user('an unknown user and the password "fakepassword"', 'fakeuser:fakepassword', 401),
  {
    config: USERS,
    about: '`basic_auth_users`',
    request: 'a token instead of a password',
    command: ['--header', 'Authorization: Bearer dave123'],
    result: 401,
  },
  {
    config: [...TLS, ...USERS],
    about: '`basic_auth_users` with TLS',
    request: 'the right password',
    command: ['--user', 'dave:dave123'],
    result: 200,
  },
  {
    config: ['rate_limit:', '  interval: 0', '  burst: 0'],
    about: '`interval: 0`',
    request: 'HTTP',
    result: 200,
  },
  { config: ['rate_limit:', '  interval: 1s', '  burst: 0'], about: '`burst: 0`', request: 'HTTP', result: 429 },
  {
    config: ['rate_limit:', '  interval: 1h', '  burst: 2'],
    about: '`interval: 1h`, `burst: 2`',
    request: 'the third request',
    command: ['ORIGIN/1', 'ORIGIN/2'],
    result: 429,
  },
  {
    config: ['rate_limit:', '  interval: 1s', '  burst: 0'],
    about: '`burst: 0`',
    request: '`/health`',
    path: '/health',
    result: 200,
    toolkit: '429',
  },
  ...(
    [
      ['X-Frame-Options', 'deny'],
      ['X-Content-Type-Options', 'nosniff'],
      ['X-XSS-Protection', '1'],
      ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'],
      ['Content-Security-Policy', "default-src 'self' *.example.org"],
    ] as const
  ).map(
    ([name, value]): WebCase => ({
      config: ['http_server_config:', '  headers:', `    ${name}: ${value}`],
      request: 'HTTP',
      command: ['--include'],
      result: { output: `${name}: ${value}` },
    }),
  ),
];

export const WEB_CASES: readonly WebCase[] = [...REFUSED, ...HANDSHAKES, ...CLIENTS, ...REQUESTS];

function refused(config: WebCase['config'], message: string, about?: string, toolkit?: string): WebCase {
  return { config, result: { refused: message }, ...(about !== undefined && { about }), ...(toolkit && { toolkit }) };
}

function user(request: string, credentials: string | undefined, status: number, path?: string): WebCase {
  // exporter-toolkit requires a password for all paths.
  const isProbe = status === 200 && credentials === undefined;
  return {
    ...(isProbe && { toolkit: '401' }),
    config: USERS,
    about: '`basic_auth_users`',
    request,
    ...(credentials !== undefined && { command: ['--user', credentials] }),
    ...(path !== undefined && { path }),
    result: status,
  };
}

/** Returns the cells of a case in the table of `docs/security.md`. */
export function webCaseCells({ config, about, request, result, toolkit }: WebCase): readonly string[] {
  return [about ?? `\`${config?.at(-1)?.trim()}\``, request ?? '', resultText(result), toolkit ?? 'same'];
}

function resultText(result: WebCase['result']): string {
  if (typeof result === 'number') return String(result);
  if (result === 'closed') return 'connection closed';
  return 'refused' in result ? `refused: ${result.refused.replace('DIRECTORY/', '')}` : `\`${result.output}\``;
}
