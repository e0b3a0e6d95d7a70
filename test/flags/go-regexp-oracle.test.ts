import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RE2JS } from 're2js';
import { compileGoRegexp } from '../../src/flags/go-regexp.ts';
import { LinearRegExp } from '../../src/flags/linear-regexp.ts';
import { fc } from '../support/fast-check.ts';

/** Characters of the tests: ASCII, characters with several cases, line separators and characters outside the BMP. */
const CHARACTERS = [
  ...'abcABkKsSiI10_-. \n\t\r\v/\0\x7f\x80[](){}^$&~,|\\"',
  ...'éÉßẞſσςΣıİ\u212a\u2028٣ΩⅧⅷǅΐﬀ\u{1f600}\u{10400}\u{10428}',
];

const CLASSES = [
  ...['.', '\\d', '\\D', '\\s', '\\S', '\\w', '\\W', '[a-c]', '[^a-c]', '[\\w-]', '[^\\W_]', '[]a]', '[^]a]', '[-a]'],
  ...['[a-]', '[+--]', '[K-Z]', '[^k]', '[S-s]', '[^\\n]', '[\\x{10400}-\\x{10401}]', '[^\\x00-\\x{10FFFF}]'],
  ...['[[:alpha:]]', '[[:^alpha:]]', '[^[:space:]]', '[[:punct:][:digit:]]', '[[:word:]]', '[[:graph:]]'],
  ...['\\pL', '\\PL', '\\pN', '\\p{Any}', '\\p{Lu}', '\\P{Lu}', '\\p{^Lu}', '\\p{Lt}', '\\p{Greek}', '\\P{Greek}'],
  ...['[\\p{Lu}]', '[^\\p{Lu}]', '[^\\P{Lu}]', '[\\P{Lu}\\d]', '\\p{Cc}', '\\p{Common}'],
];
const ESCAPES = ['\\x41', '\\x{e9}', '\\x{1F600}', '\\101', '\\012', '\\a', '\\n', '\\v', '\\.', '\\-', '\\/'];
const ASSERTIONS = ['\\b', '\\B', '^', '$', '\\A', '\\z'];
const QUOTED = ['\\Qa.b\\E', '\\Q\\E', '\\Q[\\E', '\\Q|'];
const FLAGS = ['(?i)', '(?-i)', '(?m)', '(?s)', '(?U)', '(?im-s)', '(?)'];
const GROUPS = ['(', '(?:', '(?i:', '(?-i:', '(?m:', '(?s:', '(?U:', '(?i-s:'];
const REPETITIONS = ['*', '+', '?', '*?', '+?', '??', '{0}', '{2}', '{1,2}', '{2,}', '{,2}', '{2}?', '{1,}?'];

const character = fc.constantFrom(...CHARACTERS);
const atom = fc.oneof(
  { weight: 3, arbitrary: character },
  { weight: 3, arbitrary: fc.constantFrom(...CLASSES, ...ASSERTIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...ESCAPES, ...QUOTED, ...FLAGS) },
);
const { expression } = fc.letrec<{ expression: string; sequence: string; part: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    tie('sequence'),
    fc.tuple(tie('sequence'), tie('expression')).map((alternatives) => alternatives.join('|')),
  ),
  sequence: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small' },
    atom,
    fc.tuple(atom, fc.constantFrom(...REPETITIONS)).map((pair) => pair.join('')),
    fc
      .tuple(fc.constantFrom(...GROUPS), tie('expression'), fc.constantFrom('', ...REPETITIONS))
      .map(([group, inner, repetition]) => `${group}${inner})${repetition}`),
  ),
}));
const inputs = fc.array(
  fc.array(character, { maxLength: 6 }).map((characters) => characters.join('')),
  { minLength: 4, maxLength: 4 },
);

function attempt<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch {
    // Both engines throw an error for an invalid expression.
    return undefined;
  }
}

/** The package re2js is a port of Go's package regexp. */
test('compileGoRegexp() accepts, rejects and matches as re2js does', () => {
  fc.assert(
    fc.property(expression, inputs, (source, texts) => {
      const compiled = attempt(() => compileGoRegexp(source));
      const oracle = attempt(() => RE2JS.compile(source));
      assert.equal(compiled === undefined, oracle === undefined);
      const all = ['', ...texts];
      assert.deepEqual(
        all.map((text) => compiled?.test(text)),
        all.map((text) => oracle?.matcher(text).find()),
      );
    }),
    { numRuns: 3000 },
  );
});

test('LinearRegExp matches as re2js does', () => {
  fc.assert(
    fc.property(expression, inputs, (source, texts) => {
      if (attempt(() => RE2JS.compile(source)) === undefined) return;
      // The suffix matches the empty text. V8 would need exponential time for it.
      const withSuffix = `(?:${source})(?:a*)*`;
      const compiled = attempt(() => compileGoRegexp(withSuffix));
      const oracle = attempt(() => RE2JS.compile(withSuffix));
      assert.equal(compiled === undefined, oracle === undefined);
      assert.ok(compiled === undefined || compiled instanceof LinearRegExp);
      const all = ['', ...texts];
      assert.deepEqual(
        all.map((text) => compiled?.test(text)),
        all.map((text) => oracle?.matcher(text).find()),
      );
    }),
    { numRuns: 3000 },
  );
});
