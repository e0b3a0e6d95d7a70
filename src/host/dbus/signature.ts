/**
 * A type of the D-Bus type system: a basic type or variant, an array, or a structure.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#type-system
 */
export type DbusType =
  | { readonly code: string }
  | { readonly code: 'a'; readonly element: DbusType }
  | { readonly code: '('; readonly members: readonly DbusType[] };

const BASIC = 'ybnqiuxtdsogvh';

/** Maximum depth of nested types. The specification allows 32 nested arrays and 32 nested structures. */
const MAX_DEPTH = 64;

/** Parses a signature such as `a(so)u`. */
export function parseSignature(signature: string): DbusType[] {
  const cursor = { signature, position: 0 };
  const types: DbusType[] = [];
  while (cursor.position < signature.length) types.push(parseType(cursor, 0));
  return types;
}

interface SignatureCursor {
  readonly signature: string;
  position: number;
}

function parseType(cursor: SignatureCursor, depth: number): DbusType {
  const code = cursor.signature.charAt(cursor.position);
  cursor.position += 1;
  if (depth <= MAX_DEPTH) {
    if (code === 'a') return { code, element: parseType(cursor, depth + 1) };
    if (code === '(') return { code, members: parseMembers(cursor, ')', depth + 1) };
    // A dictionary entry is encoded like a structure with two members.
    if (code === '{') return { code: '(', members: parseMembers(cursor, '}', depth + 1) };
    if (code !== '' && BASIC.includes(code)) return { code };
  }
  throw new SyntaxError(`unexpected signature ${JSON.stringify(cursor.signature)}`);
}

function parseMembers(cursor: SignatureCursor, end: string, depth: number): DbusType[] {
  const members: DbusType[] = [];
  while (cursor.signature.charAt(cursor.position) !== end) members.push(parseType(cursor, depth));
  cursor.position += 1;
  return members;
}

/**
 * Returns the alignment of a type in bytes. Each value starts at a multiple of its alignment, counted from the message
 * start.
 */
export function alignmentOf(code: string): number {
  if ('ygv'.includes(code)) return 1;
  if ('nq'.includes(code)) return 2;
  return 'xtd('.includes(code) ? 8 : 4;
}
