import type { SecureVersion } from 'node:tls';
import { CIPHERS, CURVES, TLS_VERSIONS } from './tls-names.ts';
import type { Readers, YamlValue } from './yaml-value.ts';

/** A text in the format PEM, or the absolute path of a file with such a text. */
export type PemSource = { readonly text: string } | { readonly file: string };

/**
 * What a server requires of the certificate of a client.
 *
 * https://pkg.go.dev/crypto/tls#ClientAuthType
 */
export type ClientAuthType =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

export interface TlsConfig {
  readonly cert: PemSource;
  readonly key: PemSource;
  /** CA certificates for the certificates of clients; `undefined` for those that Node.js trusts. */
  readonly clientCa: PemSource | undefined;
  readonly clientAuth: ClientAuthType;
  /** Subject alternative names, one of which the certificate of a client must contain; `undefined` for no such rule. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** OpenSSL's names of the cipher suites; empty for the default of Node.js. */
  readonly ciphers: readonly string[];
  /** OpenSSL's names of the elliptic curves; empty for the default of Node.js. */
  readonly curves: readonly string[];
  readonly prefersServerCiphers: boolean;
}

interface TlsKeys {
  readonly cert: string;
  readonly cert_file: string;
  readonly key: string;
  readonly key_file: string;
  readonly client_ca: string;
  readonly client_ca_file: string;
  readonly client_auth_type: ClientAuthType | '';
  readonly client_allowed_sans: readonly string[];
  readonly min_version: string;
  readonly max_version: string;
  readonly cipher_suites: readonly string[];
  readonly curve_preferences: readonly string[];
  readonly prefer_server_cipher_suites: boolean;
}

const CLIENT_AUTH_TYPES: Readonly<Record<string, ClientAuthType | ''>> = {
  '': '',
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  // exporter-toolkit also accepts this older name.
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
};

const asText = (value: YamlValue): string => value.text();
const asVersion = (value: YamlValue): string => {
  value.oneOf(TLS_VERSIONS, 'TLS version');
  return value.text();
};

const READERS: Readers<TlsKeys> = {
  cert: asText,
  cert_file: asText,
  key: asText,
  key_file: asText,
  client_ca: asText,
  client_ca_file: asText,
  client_auth_type: (value) => value.oneOf(CLIENT_AUTH_TYPES, 'client_auth_type'),
  client_allowed_sans: (value) => value.list(asText),
  min_version: asVersion,
  max_version: asVersion,
  cipher_suites: (value) => value.list((item) => item.oneOf(CIPHERS, 'cipher suite')),
  curve_preferences: (value) => value.list((item) => item.oneOf(CURVES, 'curve')),
  prefer_server_cipher_suites: (value) => value.boolean(),
};

/**
 * Returns the value of `tls_server_config`. Like exporter-toolkit, returns `undefined` if no certificate, key, CA or
 * `client_auth_type` is set: the other keys do not enable TLS.
 *
 * @param toPath returns the absolute path of a file that the configuration names
 * @throws {SyntaxError} with the line of the mistake
 */
export function readTlsConfig(value: YamlValue, toPath: (file: string) => string): TlsConfig | undefined {
  const keys = value.mapping<TlsKeys>(READERS);
  const source = (file: string | undefined, text: string | undefined): PemSource | undefined => {
    if (file) return { file: toPath(file) };
    return text ? { text } : undefined;
  };
  const cert = source(keys.cert_file, keys.cert);
  const key = source(keys.key_file, keys.key);
  const clientCa = source(keys.client_ca_file, keys.client_ca);
  if (cert === undefined && key === undefined && clientCa === undefined && !keys.client_auth_type) return undefined;
  if (cert === undefined) return value.fail('missing key cert_file or cert');
  if (key === undefined) return value.fail('missing key key_file or key');
  return { cert, key, clientCa, ...readClientRules(value, keys, clientCa), ...readProtocol(value, keys) };
}

function readClientRules(
  value: YamlValue,
  { client_auth_type, client_allowed_sans: clientAllowedSans }: Partial<TlsKeys>,
  clientCa: PemSource | undefined,
): Pick<TlsConfig, 'clientAuth' | 'clientAllowedSans'> {
  const clientAuth = client_auth_type || 'NoClientCert';
  if (clientCa !== undefined && clientAuth === 'NoClientCert') value.fail('client_ca_file without client_auth_type');
  if (clientAllowedSans !== undefined && !clientAuth.startsWith('Require')) {
    value.fail('client_allowed_sans without client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert');
  }
  return { clientAuth, clientAllowedSans };
}

function readProtocol(
  value: YamlValue,
  keys: Partial<TlsKeys>,
): Pick<TlsConfig, 'minVersion' | 'maxVersion' | 'ciphers' | 'curves' | 'prefersServerCiphers'> {
  const { min_version: min = 'TLS12', max_version: max = 'TLS13' } = keys;
  if (min > max) value.fail('min_version is greater than max_version');
  return {
    minVersion: TLS_VERSIONS[min] ?? 'TLSv1.2',
    maxVersion: TLS_VERSIONS[max] ?? 'TLSv1.3',
    ciphers: keys.cipher_suites ?? [],
    curves: keys.curve_preferences ?? [],
    prefersServerCiphers: keys.prefer_server_cipher_suites ?? true,
  };
}
