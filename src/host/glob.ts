/**
 * File name patterns in the syntax of Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a]`, and `\` to escape a character. The
 * glob of Node.js has another syntax. It expands braces and extended patterns, its `*` does not match a leading dot, and
 * its `?` does not match a character beyond U+FFFF.
 * https://pkg.go.dev/path/filepath#Match
 */

/** Converts one part of a path to a regular expression; returns `undefined` for a plain name and for a malformed pattern. */
export function globToRegExp(part: string): RegExp | undefined {
  if (!/[*?[\\]/.test(part)) return undefined;
  /** Sources of the parts between the stars. */
  const segments = [''];
  const append = (source: string): void => void segments.push(segments.pop() + source);
  for (let rest = part; rest !== ''; ) {
    const [token, caret, members, escaped = ''] = TOKEN.exec(rest) ?? [];
    if (token === undefined) return undefined;
    if (token === '*') segments.push('');
    else if (token === '?') append('.');
    else if (members !== undefined) append(`[${caret}${toMembers(members)}]`);
    else append(literal(escaped || token));
    rest = rest.slice(token.length);
  }
  return compile(joinByStars(segments));
}

/**
 * Returns the source of an expression that matches the segments with any texts between them. Each segment but the last is
 * matched at its first position only: a capture in a look-ahead is never tried again. Otherwise the expression would try all
 * combinations of positions, which takes hours for `*a*a*a*a*b`.
 */
function joinByStars([first = '', ...others]: readonly string[]): string {
  const last = others.pop();
  const middle = others.map((segment, index) => `(?=(.*?${segment}))\\${index + 1}`);
  return first + middle.join('') + (last === undefined ? '' : `.*${last}`);
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
