/** Parses the query of a request URL. Express' own parser treats brackets in names according to its settings. */
export function parseQuery(url: string): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}
