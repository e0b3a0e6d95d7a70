/** User and password of the authentication scheme Basic. */
export interface Credentials {
  readonly user: string;
  readonly password: Buffer;
}

/** Maximum length of the header. Longer headers are rejected without a comparison. */
const MAX_LENGTH = 4096;

/**
 * Parses the header `Authorization`. Returns `undefined` if the header is missing, malformed or of another scheme.
 *
 * https://www.rfc-editor.org/rfc/rfc7617
 */
export function parseCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > MAX_LENGTH) return undefined;
  const [, encoded] = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? [];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  if (colon === -1) return undefined;
  return { user: bytes.toString('utf8', 0, colon), password: bytes.subarray(colon + 1) };
}
