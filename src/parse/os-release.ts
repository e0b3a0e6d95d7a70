import { quote } from './lines.ts';

/** Paths in the order of os-release(5). The file of the administrator comes first and overrides the file of the vendor. */
export const OS_RELEASE_FILES = ['etc/os-release', 'usr/lib/os-release'] as const;

/**
 * Parses `/etc/os-release`, one shell assignment per line: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"`.
 *
 * https://man7.org/linux/man-pages/man5/os-release.5.html
 */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n').map((padded) => padded.trim())) {
    const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    // Lines without an assignment are comments or belong to another format.
    if (key !== undefined && value !== undefined) fields.set(key, unquote(value));
  }
  if (fields.size === 0 && text.trim() !== '') {
    throw new SyntaxError(`expected a line such as "ID=debian" in ${quote(text)}`);
  }
  return fields;
}

function unquote(value: string): string {
  const [, mark, inner] = /^(["'])(.*)\1$/.exec(value) ?? [];
  if (inner === undefined) return value.replaceAll(/\\(.)/g, '$1');
  return mark === '"' ? inner.replaceAll(/\\([$"\\`])/g, '$1') : inner;
}
