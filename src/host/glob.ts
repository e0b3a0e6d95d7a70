/**
 * Patterns of paths as Go's `filepath.Glob` has them: `*`, `?`, `[a-z]`, `[^a]` and `\` before any of them, within one
 * part of a path. https://pkg.go.dev/path/filepath#Match
 */

/** @returns what a name has to match; `undefined` when the part is a name itself or no good pattern */
export function globPattern(part: string): RegExp | undefined {
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
    // A range that runs backwards: Go calls the pattern malformed too.
    return undefined;
  }
}
