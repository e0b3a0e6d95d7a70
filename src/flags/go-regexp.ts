import { TextScanner } from '../util/text-scanner.ts';
import { type Repeat, readClass, readEscape, readRepeat, refuse } from './go-regexp-syntax.ts';

/** What an expression was written as: JavaScript's own `source` is the translation. */
const WRITTEN = new WeakMap<RegExp, string>();

/**
 * Compiles a regular expression of Go (RE2 syntax), as node_exporter's flags have them, to be searched for with `test`.
 * What both languages write alike and mean differently is put into JavaScript's words; nothing is captured.
 *
 * https://github.com/google/re2/wiki/Syntax
 *
 * @throws {RangeError} for what Go does not know (look-around, back references) and what it refuses
 */
export function compileGoRegexp(text: string): RegExp {
  const scanner = new TextScanner(text);
  const { source } = readAlternatives(scanner, { fold: false, lines: false, dotAll: false, lazy: false });
  if (!scanner.isAtEnd) refuse('unexpected ")"');
  const expression = build(source);
  WRITTEN.set(expression, text);
  return expression;
}

/** The expression as it was written, in Go's syntax. */
export function getGoSource(expression: RegExp): string {
  return WRITTEN.get(expression) ?? expression.source;
}

function build(source: string): RegExp {
  try {
    const expression = new RegExp(source, 'v');
    // V8 compiles when it is first used, and refuses what is too large only then.
    expression.test('');
    return expression;
  } catch {
    return refuse('too large');
  }
}

/** The flags of `(?imsU)`. They hold until the end of the group that they stand in. */
interface Flags {
  fold: boolean;
  lines: boolean;
  dotAll: boolean;
  lazy: boolean;
}

/** One thing that a repetition can stand after. */
interface Piece {
  readonly source: string;
  /** Whether it still has to be put under `(?i:…)`. */
  readonly fold?: boolean;
  /** How often the innermost part of it is asked for, at most, by counts such as `{2,5}`. */
  readonly copies?: number;
  /** A repetition stands after it already. */
  readonly repeated?: boolean;
}

/** @param flags are changed by `(?i)`, in all alternatives that follow */
function readAlternatives(scanner: TextScanner, flags: Flags): Piece {
  const alternatives = [readSequence(scanner, flags)];
  while (scanner.skip('|')) alternatives.push(readSequence(scanner, flags));
  return { source: alternatives.map(({ source }) => source).join('|'), copies: mostCopies(alternatives) };
}

function readSequence(scanner: TextScanner, flags: Flags): Piece {
  const pieces: Piece[] = [];
  while (!scanner.isAtEnd && !scanner.startsWith('|') && !scanner.startsWith(')')) {
    const repeat = readRepeat(scanner);
    if (repeat !== undefined) pieces.push(repeated(pieces.pop(), repeat, scanner.skip('?') !== flags.lazy));
    else if (scanner.skip('\\Q')) pieces.push(...literals(scanner.readUntil('\\E'), flags));
    else if (scanner.skip('(')) pieces.push(...readGroup(scanner, flags));
    else pieces.push(readAtom(scanner, flags));
  }
  return { source: join(pieces), copies: mostCopies(pieces) };
}

function mostCopies(pieces: readonly Piece[]): number {
  return Math.max(1, ...pieces.map(({ copies = 1 }) => copies));
}

function join(pieces: readonly Piece[]): string {
  let source = '';
  for (const [index, piece] of pieces.entries()) {
    if (piece.fold && !pieces[index - 1]?.fold) source += '(?i:';
    source += piece.source;
    if (piece.fold && !pieces[index + 1]?.fold) source += ')';
  }
  return source;
}

const MOST_COPIES = 1000;

function repeated(piece: Piece | undefined, { text, most }: Repeat, isLazy: boolean): Piece {
  if (piece === undefined) return refuse(`nothing to repeat before "${text}"`);
  if (piece.repeated) return refuse(`unexpected "${text}" after a repetition`);
  const copies = (piece.copies ?? 1) * Math.max(1, most);
  if (copies > MOST_COPIES) return refuse(`"${text}" asks for more than ${MOST_COPIES} repetitions`);
  return { ...piece, source: piece.source + text + (isLazy ? '?' : ''), copies, repeated: true };
}

function readAtom(scanner: TextScanner, flags: Flags): Piece {
  const character = scanner.readCharacter();
  const { fold } = flags;
  switch (character) {
    case '^':
      return { source: flags.lines ? '(?:(?<![^\\n]))' : '(?:^)' };
    case '$':
      return { source: flags.lines ? '(?:(?![^\\n]))' : '(?:$)' };
    case '.':
      return { source: flags.dotAll ? '[^]' : '[^\\n]' };
    case '[':
      return { source: readClass(scanner), fold };
    case '\\':
      return readAssertion(scanner) ?? { source: readEscape(scanner), fold };
    default:
      return { source: literal(character), fold };
  }
}

function readAssertion(scanner: TextScanner): Piece | undefined {
  const [letter] = scanner.match(/[AzbB]/y);
  return letter === undefined ? undefined : { source: ASSERTIONS[letter] ?? '' };
}

/** In groups: JavaScript repeats no assertion. */
const ASSERTIONS: Readonly<Record<string, string>> = { A: '(?:^)', z: '(?:$)', b: '(?:\\b)', B: '(?:\\B)' };

function literals(text: string, { fold }: Flags): Piece[] {
  return [...text].map((character) => ({ source: literal(character), fold }));
}

/** No character but a letter or digit is itself in every place of an expression. */
function literal(character: string): string {
  return /^[a-zA-Z0-9]$/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** After the `(`. `(?i)` is no piece: it only sets flags. */
function readGroup(scanner: TextScanner, flags: Flags): Piece[] {
  const inner = { ...flags };
  if (scanner.skip('?')) {
    const kind = readGroupKind(scanner, inner);
    if (kind === 'flags') {
      Object.assign(flags, inner);
      return [];
    }
  }
  const { source, copies = 1 } = readAlternatives(scanner, inner);
  if (!scanner.skip(')')) refuse('missing ")"');
  return [{ source: `(?:${source})`, copies }];
}

function readGroupKind(scanner: TextScanner, flags: Flags): 'group' | 'flags' {
  const [name] = scanner.match(/P?<\w+>/y);
  if (name !== undefined) return 'group';
  const [written, on = '', off, end] = scanner.match(/([imsU]*)(?:-([imsU]+))?([:)])/y);
  if (written === undefined) return refuse(`unexpected "(?${scanner.rest.slice(0, 2)}"`);
  for (const letter of on) flags[FLAG_OF[letter] ?? 'fold'] = true;
  for (const letter of off ?? '') flags[FLAG_OF[letter] ?? 'fold'] = false;
  return end === ':' ? 'group' : 'flags';
}

const FLAG_OF: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'lines', s: 'dotAll', U: 'lazy' };
