/**
 * File name patterns in the syntax of Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a]`, and `\` to escape a character. The
 * glob of Node.js has another syntax. It expands braces and extended patterns, its `*` does not match a leading dot, and
 * its `?` does not match a character beyond U+FFFF.
 * https://pkg.go.dev/path/filepath#Match
 */

/** Converts one part of a path to a regular expression; returns `undefined` for a plain name and for a malformed pattern. */
export function globToRegExp(part: string): RegExp | undefined {
  if (!/[*?[\\]/.test(part)) return undefined;
  let source = '';
  for (let rest = part; rest !== ''; ) {
    const [token, caret, members, escaped = ''] = TOKEN.exec(rest) ?? [];
    if (token === undefined) return undefined;
    if (token === '*') source += '.*';
    else if (token === '?') source += '.';
    else if (members !== undefined) source += `[${caret}${toMembers(members)}]`;
    else source += literal(escaped || token);
    rest = rest.slice(token.length);
  }
  return compile(source);
}

const TOKEN = /^(?:\[(\^|(?!\^))((?:\\.|[^\\\]])+)\]|\\(.)|[^[\\])/su;

function toMembers(members: string): string {
  return members.replaceAll(/\\(.)|(-)|./gsu, (member, escaped: string | undefined, hyphen: string | undefined) =>
    hyphen === undefined ? literal(escaped ?? member) : '-',
  );
}

function literal(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function compile(source: string): RegExp | undefined {
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A reversed range such as `[c-a]` is malformed. It is malformed in Go as well.
    return undefined;
  }
}
