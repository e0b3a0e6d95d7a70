/**
 * The query of a URL as the client sent it. Parsed here: what brackets in a name become depends on how Express is set up.
 */
export function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}
