/**
 * The smallest parts of Go's regular expressions (RE2 syntax) in JavaScript's words, for expressions with flag `v`.
 */

import type { TextScanner } from '../util/text-scanner.ts';

/** @throws {RangeError} always */
export function refuse(reason: string): never {
  throw new RangeError(`expected a regular expression of Go: ${reason}`);
}

export interface Repeat {
  readonly text: string;
  /** What its count allows, or asks for when it allows any number; 1 without a count. */
  readonly most: number;
}

/** `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`; any other brace is itself. */
export function readRepeat(scanner: TextScanner): Repeat | undefined {
  const [text, least, most = least] = scanner.match(/[*+?]|\{(\d+)(?:,(\d*))?\}/y);
  if (text === undefined) return undefined;
  if (least === undefined) return { text, most: 1 };
  if (most !== '' && Number(most) < Number(least)) refuse(`bad repetition "${text}"`);
  return { text, most: Number(most || least) };
}

/** Perl's classes are ASCII in Go, and its blanks have no vertical tab. */
const PERL_CLASSES: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r\\x20', w: '0-9A-Za-z_' };

const POSIX_CLASSES: Readonly<Record<string, string>> = {
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
};

/** After the backslash, outside a class and inside one. */
export function readEscape(scanner: TextScanner): string {
  return readNamedClass(scanner) ?? toEscape(readEscapedCharacter(scanner));
}

/** `\d`, `\pL`, `\p{Greek}`, `\P{^Lu}`, without the backslash. */
function readNamedClass(scanner: TextScanner): string | undefined {
  const [, perl] = scanner.match(/([dswDSW])/y);
  if (perl !== undefined) {
    const members = PERL_CLASSES[perl.toLowerCase()];
    return /[dsw]/.test(perl) ? `[${members}]` : `[^${members}]`;
  }
  const [written, letter, caret, braced, single = braced ?? ''] = scanner.match(/([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/y);
  if (written === undefined) return undefined;
  const property = PROPERTIES.map((prefix) => `${prefix}${single}`).find(isKnownProperty);
  if (property === undefined) refuse(`no Unicode class "\\${written}"`);
  return `\\${(letter === 'P') === (caret === '^') ? 'p' : 'P'}{${property}}`;
}

/** Go knows categories and scripts, and no other property. */
const PROPERTIES = ['General_Category=', 'Script='];

function isKnownProperty(property: string): boolean {
  if (property.endsWith('=Any')) return false;
  try {
    new RegExp(`\\p{${property}}`, 'v');
    return true;
  } catch {
    return false;
  }
}

const CONTROL_CHARACTERS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const LARGEST_CODE_POINT = 0x10ffff;

function readEscapedCharacter(scanner: TextScanner): number {
  if (scanner.isAtEnd) refuse('nothing after the last "\\"');
  // A digit alone would be a back reference.
  const [octal] = scanner.match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  if (octal !== undefined) return Number.parseInt(octal, 8);
  const [, braced, hex = braced] = scanner.match(/x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2}))/y);
  if (hex !== undefined && Number.parseInt(hex, 16) <= LARGEST_CODE_POINT) return Number.parseInt(hex, 16);
  const character = scanner.readCharacter();
  const control = CONTROL_CHARACTERS[character];
  if (control !== undefined) return control;
  const isPunctuation = /^[\0-\x7f]$/.test(character) && !/[0-9A-Za-z]/.test(character);
  return isPunctuation
    ? character.charCodeAt(0)
    : refuse(`unknown escape "\\${hex === undefined ? character : `x{${hex}}`}"`);
}

function toEscape(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

/** After the `[`. */
export function readClass(scanner: TextScanner): string {
  let members = scanner.skip('^') ? '^' : '';
  // A bracket that comes first is a member.
  if (scanner.skip(']')) members += readRange(scanner, ']'.charCodeAt(0));
  while (!scanner.skip(']')) {
    if (scanner.isAtEnd) refuse('missing "]"');
    members += readMember(scanner);
  }
  return `[${members}]`;
}

function readMember(scanner: TextScanner): string {
  const [written, caret, name = ''] = scanner.match(/\[:(\^?)(.*?):\]/y);
  if (written !== undefined) return `[${caret}${POSIX_CLASSES[name] ?? refuse(`no class "${written}"`)}]`;
  if (scanner.skip('\\')) {
    return readNamedClass(scanner) ?? readRange(scanner, readEscapedCharacter(scanner));
  }
  return readRange(scanner, scanner.readCharacter().codePointAt(0) ?? 0);
}

/** `a`, or `a-z` when a hyphen comes that is not the last member. */
function readRange(scanner: TextScanner, first: number): string {
  if (!scanner.startsWith('-') || scanner.startsWith('-]') || scanner.rest === '-') return toEscape(first);
  scanner.skip('-');
  const last = scanner.skip('\\') ? readEscapedCharacter(scanner) : (scanner.readCharacter().codePointAt(0) ?? 0);
  if (last < first) refuse(`bad range "${String.fromCodePoint(first)}-${String.fromCodePoint(last)}"`);
  return `${toEscape(first)}-${toEscape(last)}`;
}
