import { TextScanner } from '../util/text-scanner.ts';
import { isFastToBacktrack } from './backtracking.ts';
import { foldCase } from './case-folding.ts';
import { type Repetition, readClass, readEscape, readRepetition, reject, toEscape } from './go-regexp-syntax.ts';
import { LinearRegExp } from './linear-regexp.ts';
import type { AssertionName, RegexpNode } from './regexp-node.ts';

/** The text in Go's syntax of each compiled expression. The property `source` of a RegExp contains only the translation. */
const GO_SOURCES = new WeakMap<RegExp, string>();

/**
 * Compiles a regular expression in Go's syntax (RE2), which node_exporter's flags use. The method `test` of the result
 * returns the same as `MatchString` in Go. The result has no capturing groups.
 *
 * Some parts of the syntax have another meaning in JavaScript. These parts are translated.
 *
 * https://github.com/google/re2/wiki/Syntax
 *
 * @throws {RangeError} if Go rejects the expression, for example because of a look-around or a back reference
 */
export function compileGoRegexp(text: string): RegExp {
  const scanner = new TextScanner(text);
  const { source, node } = readAlternatives(scanner, {
    ignoreCase: false,
    multiline: false,
    dotAll: false,
    isLazy: false,
  });
  if (!scanner.isAtEnd) reject('unexpected ")"');
  const expression = compile(source, node);
  GO_SOURCES.set(expression, text);
  return expression;
}

/** Returns the text in Go's syntax from which an expression was compiled. */
export function getGoSource(expression: RegExp): string {
  return GO_SOURCES.get(expression) ?? expression.source;
}

function compile(source: string, node: RegexpNode): RegExp {
  try {
    const expression = isFastToBacktrack(node) ? new RegExp(source, 'v') : new LinearRegExp(source, node);
    // V8 compiles an expression at its first use. If the expression is too large, this compilation throws an error.
    expression.test('');
    return expression;
  } catch {
    return reject('too large');
  }
}

/** Options that a group such as `(?imsU)` sets. They apply until the end of the surrounding group. */
interface GroupFlags {
  ignoreCase: boolean;
  multiline: boolean;
  dotAll: boolean;
  isLazy: boolean;
}

/** A translated part of an expression. A repetition may follow it. */
interface RegexpPart {
  readonly source: string;
  readonly node: RegexpNode;
  /** Number of times that the repetitions copy the innermost part: the product of the counts of all nested repetitions. */
  readonly copies: number;
  /** True if the source ends with a repetition. */
  readonly isRepeated?: boolean;
}

/** @param flags options of the group; `(?i)` in an alternative changes them for the text that follows */
function readAlternatives(scanner: TextScanner, flags: GroupFlags): RegexpPart {
  const alternatives = [readSequence(scanner, flags)];
  while (scanner.skip('|')) alternatives.push(readSequence(scanner, flags));
  const [first] = alternatives;
  if (first !== undefined && alternatives.length === 1) return first;
  return {
    source: alternatives.map(({ source }) => source).join('|'),
    node: { kind: 'alternatives', nodes: alternatives.map(({ node }) => node) },
    copies: maxCopies(alternatives),
  };
}

function readSequence(scanner: TextScanner, flags: GroupFlags): RegexpPart {
  const parts: RegexpPart[] = [];
  let isAfterRepetition = false;
  while (!scanner.isAtEnd && !scanner.startsWith('|') && !scanner.startsWith(')')) {
    const repetition = readRepetition(scanner);
    if (repetition === undefined) {
      parts.push(...readParts(scanner, flags));
    } else {
      if (isAfterRepetition) reject(`unexpected "${repetition.text}" after a repetition`);
      parts.push(repeat(parts.pop(), repetition, scanner.skip('?') !== flags.isLazy));
    }
    isAfterRepetition = repetition !== undefined;
  }
  return {
    source: parts.map(({ source }) => source).join(''),
    node: { kind: 'sequence', nodes: parts.map(({ node }) => node) },
    copies: maxCopies(parts),
  };
}

/**
 * Reads a quoted text (`\Qa\E`), a group or an atom. Returns an empty list for `(?i)` and `\Q\E`, because they match no
 * text.
 */
function readParts(scanner: TextScanner, flags: GroupFlags): readonly RegexpPart[] {
  if (scanner.skip('\\Q')) return [...scanner.readUntil('\\E')].map((character) => literal(character, flags));
  if (scanner.skip('(')) return readGroup(scanner, flags);
  return [readAtom(scanner, flags)];
}

function maxCopies(parts: readonly RegexpPart[]): number {
  return Math.max(1, ...parts.map(({ copies }) => copies));
}

const MAX_COPIES = 1000;

function repeat(part: RegexpPart | undefined, { text, count, min, max }: Repetition, isLazy: boolean): RegexpPart {
  if (part === undefined) return reject(`nothing to repeat before "${text}"`);
  const copies = part.copies * Math.max(1, count);
  if (copies > MAX_COPIES) return reject(`"${text}" requires more than ${MAX_COPIES} repetitions`);
  // Go allows a second repetition after `(?i)` or `\Q\E`, as in `a*(?i)*`. JavaScript requires a group around `a*` in this
  // case.
  const source = part.isRepeated ? `(?:${part.source})` : part.source;
  const node: RegexpNode = { kind: 'repetition', node: part.node, min, max };
  return { source: source + text + (isLazy ? '?' : ''), node, copies, isRepeated: true };
}

function readAtom(scanner: TextScanner, flags: GroupFlags): RegexpPart {
  const character = scanner.readCharacter();
  switch (character) {
    case '^':
      return assertion(flags.multiline ? 'lineStart' : 'start');
    case '$':
      return assertion(flags.multiline ? 'lineEnd' : 'end');
    case '.':
      return atom(flags.dotAll ? '[^]' : '[^\\n]');
    case '[':
      return foldable(readClass(scanner), flags);
    case '\\':
      return readAssertion(scanner) ?? foldable(readEscape(scanner), flags);
    default:
      return literal(character, flags);
  }
}

/**
 * Assertions in JavaScript's syntax. Each assertion is in a group, because JavaScript rejects a repetition directly after
 * an assertion.
 *
 * V8 also tries to match inside a surrogate pair. A negative assertion is true at that position. Each negative assertion is
 * therefore combined with `(?=[^]|$)`, which is false at that position.
 */
const ASSERTIONS = {
  start: '(?:^)',
  end: '(?:$)',
  lineStart: '(?:(?<![^\\n])(?=[^]|$))',
  lineEnd: '(?:(?![^\\n])(?=[^]|$))',
  boundary: '(?:\\b)',
  noBoundary: '(?:\\B(?=[^]|$))',
} as const satisfies Record<AssertionName, string>;

const ESCAPED_ASSERTIONS: Readonly<Record<string, AssertionName>> = {
  A: 'start',
  z: 'end',
  b: 'boundary',
  B: 'noBoundary',
};

function readAssertion(scanner: TextScanner): RegexpPart | undefined {
  const [letter = ''] = scanner.match(/[AzbB]/y);
  const name = ESCAPED_ASSERTIONS[letter];
  return name === undefined ? undefined : assertion(name);
}

function assertion(name: AssertionName): RegexpPart {
  return { source: ASSERTIONS[name], node: { kind: 'assertion', name }, copies: 1 };
}

function atom(source: string): RegexpPart {
  return { source, node: { kind: 'character', source }, copies: 1 };
}

/** Returns the part for a class or an escape. The part is case-insensitive if the option `i` is set. */
function foldable(source: string, { ignoreCase }: GroupFlags): RegexpPart {
  return atom(ignoreCase ? foldCase(source) : source);
}

/** Returns a part that matches one character. Each character except letters and digits is escaped. */
function literal(character: string, flags: GroupFlags): RegexpPart {
  const source = /^[a-zA-Z0-9]$/.test(character) ? character : toEscape(character.codePointAt(0) ?? 0);
  return foldable(source, flags);
}

/** Reads the rest of a group after the opening parenthesis. Returns an empty list for `(?i)`, because it matches no text. */
function readGroup(scanner: TextScanner, flags: GroupFlags): readonly RegexpPart[] {
  const inner = { ...flags };
  if (scanner.skip('?') && readGroupKind(scanner, inner) === 'flags') {
    Object.assign(flags, inner);
    return [];
  }
  const { source, node, copies } = readAlternatives(scanner, inner);
  if (!scanner.skip(')')) reject('missing ")"');
  return [{ source: `(?:${source})`, node, copies }];
}

function readGroupKind(scanner: TextScanner, flags: GroupFlags): 'group' | 'flags' {
  const [name] = scanner.match(/P?<\w+>/y);
  if (name !== undefined) return 'group';
  const [match, on = '', off = '', end] = scanner.match(/([imsU]*)(?:-([imsU]+))?([:)])/y);
  if (match === undefined) return reject(`unexpected "(?${scanner.rest.slice(0, 2)}"`);
  for (const letter of on) flags[FLAG_OF[letter] ?? 'ignoreCase'] = true;
  for (const letter of off) flags[FLAG_OF[letter] ?? 'ignoreCase'] = false;
  return end === ':' ? 'group' : 'flags';
}

const FLAG_OF: Readonly<Record<string, keyof GroupFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  U: 'isLazy',
};
