/**
 * The types of D-Bus values.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#type-system
 */
export type Type =
  | { readonly code: string }
  | { readonly code: 'a'; readonly element: Type }
  | { readonly code: '('; readonly members: readonly Type[] };

const BASIC = 'ybnqiuxtdsogvh';

/** The standard allows 32 arrays in each other and 32 structures. */
const DEEPEST = 64;

/** The types that a signature such as `a(so)u` lists. */
export function parseSignature(signature: string): Type[] {
  const cursor = { signature, position: 0 };
  const types: Type[] = [];
  while (cursor.position < signature.length) types.push(parseType(cursor, 0));
  return types;
}

interface Cursor {
  readonly signature: string;
  position: number;
}

function parseType(cursor: Cursor, depth: number): Type {
  const code = cursor.signature.charAt(cursor.position);
  cursor.position += 1;
  if (depth <= DEEPEST) {
    if (code === 'a') return { code, element: parseType(cursor, depth + 1) };
    if (code === '(') return { code, members: parseMembers(cursor, ')', depth + 1) };
    // An entry of a dictionary is laid out as a structure of two.
    if (code === '{') return { code: '(', members: parseMembers(cursor, '}', depth + 1) };
    if (code !== '' && BASIC.includes(code)) return { code };
  }
  throw new SyntaxError(`unexpected signature ${JSON.stringify(cursor.signature)}`);
}

function parseMembers(cursor: Cursor, end: string, depth: number): Type[] {
  const members: Type[] = [];
  while (cursor.signature.charAt(cursor.position) !== end) members.push(parseType(cursor, depth));
  cursor.position += 1;
  return members;
}

/** Values begin at multiples of this many bytes from the beginning of their message. */
export function alignmentOf(code: string): number {
  if ('ygv'.includes(code)) return 1;
  if ('nq'.includes(code)) return 2;
  return 'xtd('.includes(code) ? 8 : 4;
}
