/** Repetitions, escapes and classes of Go's regular expressions, translated for JavaScript's RegExp flag `v`. */
import type { TextScanner } from '../util/text-scanner.ts';

/** @throws {RangeError} in every call */
export function reject(reason: string): never {
  throw new RangeError(`expected a regular expression of Go: ${reason}`);
}

export interface Repetition {
  readonly text: string;
  /** The largest number in the braces: 5 for `{2,5}` and 2 for `{2,}`. The count is 1 for `*`, `+` and `?`. */
  readonly count: number;
  readonly min: number;
  /** Maximum number of repetitions; infinite for `*`, `+` and `{2,}`. */
  readonly max: number;
}

/**
 * Reads `*`, `+`, `?`, `{2}`, `{2,}` or `{2,5}`. Returns `undefined` for any other text. A brace in such a text is a
 * literal.
 */
export function readRepetition(scanner: TextScanner): Repetition | undefined {
  const [text, min, max = min] = scanner.match(/[*+?]|\{(\d+)(?:,(\d*))?\}/y);
  if (text === undefined) return undefined;
  if (min === undefined) {
    return { text, count: 1, min: text === '+' ? 1 : 0, max: text === '?' ? 1 : Number.POSITIVE_INFINITY };
  }
  if (max !== '' && Number(max) < Number(min)) reject(`bad repetition "${text}"`);
  return {
    text,
    count: Number(max || min),
    min: Number(min),
    max: max === '' ? Number.POSITIVE_INFINITY : Number(max),
  };
}

/**
 * Members of the classes `\d`, `\s` and `\w` in Go. All members are ASCII characters. In Go, `\s` does not match a vertical
 * tab.
 */
const PERL_CLASSES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r\\x20', w: '0-9A-Za-z_' };

const POSIX_CLASSES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    alnum: '0-9A-Za-z',
    alpha: 'A-Za-z',
    ascii: '\\x00-\\x7f',
    blank: '\\t\\x20',
    cntrl: '\\x00-\\x1f\\x7f',
    digit: '0-9',
    graph: '\\x21-\\x7e',
    lower: 'a-z',
    print: '\\x20-\\x7e',
    punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
    space: '\\t\\n\\v\\f\\r\\x20',
    upper: 'A-Z',
    word: '0-9A-Za-z_',
    xdigit: '0-9A-Fa-f',
  }),
);

/** Reads the rest of an escape after the backslash. The escape is outside of a class. */
export function readEscape(scanner: TextScanner): string {
  return readNamedClass(scanner) ?? toEscape(readEscapedCharacter(scanner));
}

/** Reads the rest of `\d`, `\pL`, `\p{Greek}` or `\P{^Lu}` after the backslash. Returns `undefined` for any other escape. */
function readNamedClass(scanner: TextScanner): string | undefined {
  const [, perl] = scanner.match(/([dswDSW])/y);
  if (perl !== undefined) {
    const members = PERL_CLASSES[perl.toLowerCase()];
    return /[dsw]/.test(perl) ? `[${members}]` : `[^${members}]`;
  }
  const [match, letter, caret, braced, name = braced ?? ''] = scanner.match(/([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/y);
  if (match === undefined) return undefined;
  const property = findProperty(name) ?? reject(`unknown Unicode class "\\${match}"`);
  return `\\${(letter === 'P') === (caret === '^') ? 'p' : 'P'}{${property}}`;
}

/** Unicode classes of Go that are neither a category nor a script. */
const BINARY_PROPERTIES: ReadonlySet<string> = new Set(['Any', 'ASCII', 'Assigned']);

function findProperty(name: string): string | undefined {
  if (BINARY_PROPERTIES.has(name)) return name;
  return [`General_Category=${name}`, `Script=${name}`].find(isProperty);
}

function isProperty(property: string): boolean {
  try {
    new RegExp(`\\p{${property}}`, 'v');
    return true;
  } catch {
    // The constructor of RegExp throws an error for an unknown property.
    return false;
  }
}

const CONTROL_CHARACTERS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const MAX_CODE_POINT = 0x10ffff;

function readEscapedCharacter(scanner: TextScanner): number {
  if (scanner.isAtEnd) reject('nothing after the last "\\"');
  // Go rejects a single digit from 1 to 7, because it would be a back reference.
  const [octal] = scanner.match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  const [, braced, hex = braced] = scanner.match(/x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2}))/y);
  if (hex !== undefined && Number.parseInt(hex, 16) <= MAX_CODE_POINT) return Number.parseInt(hex, 16);
  const character = scanner.readCharacter();
  const control = CONTROL_CHARACTERS[character];
  if (control !== undefined) return control;
  const isPunctuation = /^[\0-\x7f]$/.test(character) && !/[0-9A-Za-z]/.test(character);
  return isPunctuation
    ? character.charCodeAt(0)
    : reject(`unknown escape "\\${hex === undefined ? character : `x{${hex}}`}"`);
}

/** Returns an escape such as `\u{41}`, which is valid inside and outside of a class. */
export function toEscape(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

/** Reads the rest of a character class such as `[a-z]`, after the opening bracket. */
export function readClass(scanner: TextScanner): string {
  let members = scanner.skip('^') ? '^' : '';
  // A closing bracket at the start of a character class is a member of the class.
  if (scanner.skip(']')) members += readRange(scanner, ']'.charCodeAt(0));
  while (!scanner.skip(']')) {
    if (scanner.isAtEnd) reject('missing "]"');
    members += readMember(scanner);
  }
  return `[${members}]`;
}

function readMember(scanner: TextScanner): string {
  const [match, caret, name = ''] = scanner.match(/\[:(\^?)(.*?):\]/y);
  if (match !== undefined) return `[${caret}${POSIX_CLASSES.get(name) ?? reject(`unknown class "${match}"`)}]`;
  if (scanner.skip('\\')) {
    return readNamedClass(scanner) ?? readRange(scanner, readEscapedCharacter(scanner));
  }
  return readRange(scanner, scanner.readCharacter().codePointAt(0) ?? 0);
}

/**
 * Reads the rest of a range such as `a-z` after its first character. If no range follows, returns only the first character.
 */
function readRange(scanner: TextScanner, first: number): string {
  if (!scanner.startsWith('-') || scanner.startsWith('-]') || scanner.rest === '-') return toEscape(first);
  scanner.skip('-');
  const last = scanner.skip('\\') ? readEscapedCharacter(scanner) : (scanner.readCharacter().codePointAt(0) ?? 0);
  if (last < first) reject(`bad range "${String.fromCodePoint(first)}-${String.fromCodePoint(last)}"`);
  return `${toEscape(first)}-${toEscape(last)}`;
}
