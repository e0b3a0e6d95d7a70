/** Where a request goes: its URL, and the headers that the user has configured. */
export interface RequestTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The status and the headers of a response. */
interface ResponseHead {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly location?: string | undefined };
}

/** Statuses that redirect a POST. 303 is missing, because it always changes the request to a GET. */
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 307, 308]);

/**
 * Returns the target to which a response redirects the request; `undefined` if the response is no redirect, or leads from
 * `https` to another scheme. Another host or port does not receive the configured headers, which may contain credentials.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
 */
export function followRedirect(
  { url, headers }: RequestTarget,
  { statusCode, headers: { location } }: ResponseHead,
): RequestTarget | undefined {
  const next = REDIRECTS.has(statusCode) && location !== undefined ? URL.parse(location, url) : null;
  if (next === null || (next.protocol !== 'https:' && (next.protocol !== 'http:' || url.protocol === 'https:'))) {
    return undefined;
  }
  return { url: next, headers: next.host === url.host ? headers : {} };
}
