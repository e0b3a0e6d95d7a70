/** Parses the query of a request URL. The parser of Express may interpret the brackets in a name such as `collect[]`. */
export function parseQuery(url: string): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}
