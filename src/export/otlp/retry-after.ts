/** Matches the start of an HTTP date, which is the name of a day in the current format and in both obsolete formats. */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Parses the HTTP header `Retry-After`: a number of seconds, or a date.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 *
 * @param now Unix time in milliseconds
 * @returns the delay in milliseconds, or `undefined` for any other text
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // A date in the oldest format contains no time zone. It is in GMT, as all HTTP dates are.
  const date = DATE.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
