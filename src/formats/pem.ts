import { X509Certificate } from 'node:crypto';

/**
 * Checks each certificate of a text in the format PEM. OpenSSL ignores invalid certificates, such as the last certificate of
 * a file that is not written completely.
 *
 * @throws {Error} if a certificate is invalid, or if the text contains no certificate
 */
export function validateAuthorities(pem: string): void {
  const certificates = pem.split(/(?=-----BEGIN )/).filter((block) => block.startsWith('-----BEGIN '));
  if (certificates.length === 0) throw new Error('no CA certificate');
  for (const certificate of certificates) new X509Certificate(certificate);
}
