import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsConfig } from '../../config/web/tls-config.ts';

/**
 * Result of the check of a client's certificate. The result is `absent` if the client sent no certificate although the
 * configuration requires one.
 */
export type CertificateResult = 'accepted' | 'absent' | 'rejected';

type CertificateRules = Pick<TlsConfig, 'clientAuth' | 'clientAllowedSans'>;

/** Checks the certificate of a client after the handshake. */
export function checkCertificate(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
  { clientAuth, clientAllowedSans }: CertificateRules,
): CertificateResult {
  if (clientAuth === 'NoClientCert' || clientAuth === 'RequestClientCert') return 'accepted';
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuth === 'VerifyClientCertIfGiven' ? 'accepted' : 'absent';
  if (clientAuth !== 'RequireAnyClientCert' && !socket.authorized) return 'rejected';
  if (clientAllowedSans === undefined) return 'accepted';
  return parseNames(certificate.subjectAltName ?? '').some((name) => clientAllowedSans.includes(name))
    ? 'accepted'
    : 'rejected';
}

const KINDS: ReadonlySet<string> = new Set(['DNS', 'email', 'URI', 'IP Address']);

/**
 * Returns the names in a text such as `DNS:example.org, IP Address:127.0.0.1`. Node.js encodes a name with a comma or quotes
 * as JSON. IPv6 addresses are converted to their short form, as in exporter-toolkit.
 */
export function parseNames(subjectAltName: string): readonly string[] {
  return [...subjectAltName.matchAll(/(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].flatMap(
    ([, kind = '', value = '']) => {
      if (!KINDS.has(kind)) return [];
      const name: unknown = value.startsWith('"') ? parseJson(value) : value;
      return typeof name !== 'string'
        ? []
        : [kind === 'IP Address' && isIPv6(name) && !name.includes('%') ? shortIPv6(name) : name];
    },
  );
}

function shortIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** Returns the value of a JSON text; `undefined` if the text is malformed. A certificate must not cause an exception. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
