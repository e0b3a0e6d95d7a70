/**
 * Parses the query of a request URL. This function replaces the parser of Express, which may interpret the brackets in
 * `collect[]`.
 */
export function parseQuery(url: string): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}
