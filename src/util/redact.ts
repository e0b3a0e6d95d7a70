/**
 * Removes user and password from the URLs in a text: `redis://user:pass@cache:6379` -> `redis://cache:6379`. The password of
 * an invalid URL may contain any character except blanks and quotes.
 */
export function redactUrls(text: string): string {
  if (!text.includes('@')) return text;
  // Each word is searched from its ends, so that the time grows in proportion to the length of the text.
  return text.replaceAll(/[^\s"'`]+/g, (word) => {
    const [slashes, at] = [word.indexOf('//'), word.lastIndexOf('@')];
    return slashes === -1 || at < slashes ? word : word.slice(0, slashes + 2) + word.slice(at + 1);
  });
}

/** As {@link redactUrls}, for the value of a flag, which may lack the scheme of a URL: `user:pass@host` -> `host`. */
export function redactValue(value: string): string {
  const [, scheme = '', credentials] = /^(\w[\w.+-]*:\/\/|\/\/)?(.*)@/s.exec(value) ?? [];
  const isUrl = scheme !== '' || credentials?.includes(':');
  return credentials !== undefined && isUrl ? scheme + value.slice(value.lastIndexOf('@') + 1) : redactUrls(value);
}

/** Returns the value of a flag in quotes, without user and password of a URL. */
export function quoteValue(value: string): string {
  return JSON.stringify(redactValue(value));
}
