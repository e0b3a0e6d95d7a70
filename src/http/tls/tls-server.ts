import { constants } from 'node:crypto';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import type { PemSource, TlsConfig } from '../../config/web/tls-config.ts';
import { TLS13_CIPHERS } from '../../config/web/tls-names.ts';
import { validateAuthorities } from '../../formats/pem.ts';
import { readSmallFile } from '../../host/read-small-file.ts';
import { codeOf, messageOf } from '../../util/errors.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Maximum size of a PEM file in bytes. All CA certificates of a distribution take 250 kB. */
const MAX_PEM_BYTES = 2 * 1024 * 1024;
/** The security level of OpenSSL that permits TLS 1.0 and TLS 1.1. */
const OLD_VERSIONS_LEVEL = '@SECLEVEL=0';

/**
 * Creates a server for handshakes. The server has no listener: its owner passes connections to it.
 *
 * @param handshakeTimeout maximum time in milliseconds of a handshake
 * @throws {Error} if a file cannot be read, or if its content is not a certificate or key
 */
export function createTlsServer(config: TlsConfig, handshakeTimeout = HANDSHAKE_TIMEOUT_MS): Server {
  const options = { ...optionsOf(config), handshakeTimeout };
  try {
    if (options.ca !== undefined) validateAuthorities(String(options.ca));
    return createServer(options);
  } catch (error) {
    throw new Error(`Cannot use the certificates of tls_server_config: ${messageOf(error)}`);
  }
}

function optionsOf(config: TlsConfig): TlsOptions {
  const { clientCa, clientAuth, minVersion, maxVersion, curves, prefersServerCiphers } = config;
  return {
    cert: readPem(config.cert),
    key: readPem(config.key),
    ...(clientCa && { ca: readPem(clientCa) }),
    requestCert: clientAuth !== 'NoClientCert',
    // The certificate is checked after the handshake: a client without one may still request the health of the exporter.
    rejectUnauthorized: false,
    minVersion,
    maxVersion,
    ...ciphersOf(config),
    ...(curves.length > 0 && { ecdhCurve: curves.join(':') }),
    honorCipherOrder: prefersServerCiphers,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ALPNProtocols: ['http/1.1'],
  };
}

function ciphersOf({ ciphers, minVersion }: TlsConfig): Pick<TlsOptions, 'ciphers'> {
  const permitsOldVersions = minVersion === 'TLSv1' || minVersion === 'TLSv1.1';
  if (ciphers.length === 0) return permitsOldVersions ? { ciphers: `DEFAULT:${OLD_VERSIONS_LEVEL}` } : {};
  const names = [...TLS13_CIPHERS, ...ciphers.filter((name) => !TLS13_CIPHERS.includes(name))];
  return { ciphers: [...names, ...(permitsOldVersions ? [OLD_VERSIONS_LEVEL] : [])].join(':') };
}

function readPem(source: PemSource): string {
  if ('text' in source) return source.text;
  try {
    return readSmallFile(source.file, MAX_PEM_BYTES).toString('latin1');
  } catch (error) {
    throw new Error(`Cannot read ${source.file}: ${codeOf(error) ?? messageOf(error)}`);
  }
}
