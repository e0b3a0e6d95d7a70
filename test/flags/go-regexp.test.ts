import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGoRegexp, getGoSource } from '../../src/flags/go-regexp.ts';
import { fc } from '../support/fast-check.ts';

/** Declares a test: the expression matches each text in the first list and no text in the second list. */
function matches(expression: string, matching: readonly string[], others: readonly string[]): void {
  test(`compileGoRegexp() matches ${JSON.stringify(expression)} as Go does`, () => {
    const compiled = compileGoRegexp(expression);
    assert.deepEqual(
      [matching, others].map((texts) => texts.filter((text) => compiled.test(text))),
      [matching, []],
    );
  });
}

function rejects(expression: string, reason: string): void {
  test(`compileGoRegexp() rejects ${JSON.stringify(expression)}`, () => {
    assert.throws(() => compileGoRegexp(expression), {
      name: 'RangeError',
      message: `expected a regular expression of Go: ${reason}`,
    });
  });
}

matches('sd', ['sda', 'xsdb', 'sd'], ['SD', 's d', '']);
matches(
  '^(z?ram|loop|nvme\\d+n\\d+p)\\d+$',
  ['ram0', 'zram1', 'loop7', 'nvme0n1p1'],
  ['nvme0n1', 'ram', 'xram0', 'ram0x'],
);
matches('^/(dev|proc|sys)($|/)', ['/dev', '/proc/x'], ['/device', '/x/dev']);
matches('', ['', 'anything'], []);
matches('a||b', ['', 'c'], []);
matches('()', [''], []);

// `^` and `$` match at the start and end of the text and, with the flag m, of a line. In Go, only \n ends a line.
matches('^b', ['b', 'bc'], ['a\nb', 'ab']);
matches('a$', ['a', 'ba'], ['a\n', 'ab', 'a\nb']);
matches('\\Aa\\z', ['a'], ['a\n', '\na', 'ab']);
matches('(?m)^b$', ['b', 'a\nb\nc'], ['a\rb', 'b\r', 'a\u2028b']);
matches('(?m)\\Ab\\z', ['b'], ['a\nb', 'b\nc']);
matches('(?:^)*a', ['a', 'ba'], ['b']);
matches('^*a', ['a', 'ba'], ['b']);
matches('\\b*a', ['a', 'ba'], ['b']);
matches('\\bsda\\b', ['sda', '/dev/sda/x', 'é sda'], ['sda1', 'xsda']);
matches('^\\B.', ['-a', 'é'], ['a', '']);
matches('\\B', ['', 'ab', '-'], ['a', 'a\u{1f600}a']);
matches('(?m)^$', ['', 'a\n\nb', 'a\n'], ['\u{1f600}', 'a\nb']);

// The dot matches all characters except \n.
matches('^.$', ['a', '\r', '\u2028', 'é', '\u{1f600}'], ['\n', '', 'ab']);
matches('(?s)^.$', ['a', '\n', '\u{1f600}'], ['', 'ab']);
matches('^(?s:.).$', ['\na'], ['a\n']);
matches('^(?s).(?-s).$', ['\na'], ['a\n']);

// With the flag i, the case of letters is ignored.
matches('(?i)eth', ['ETH0', 'eth1', 'xEtH'], ['et']);
matches('a(?i)b|c', ['ab', 'aB', 'C'], ['Ab']);
matches('(a(?i)b)c', ['aBc'], ['aBC']);
matches('(?i:a)b', ['Ab'], ['AB']);
matches('(?i)a(?-i:b)c', ['AbC'], ['ABC']);
matches('(?i)^[a-c]$', ['B'], ['d']);
matches('(?i)^[^a-c]$', ['D', '\n'], ['B', 'b']);
matches('(?i)^[^\\P{Lu}]$', ['a', 'A'], ['1']);
matches('(?i)^k$', ['K', '\u212a'], ['x']);
matches('(?i)^ς$', ['σ', 'Σ'], ['s']);
matches('(?i)^\\w$', ['ſ', '\u212a', 'A'], ['é', '-']);
matches('(?i)\\x{e9}', ['É', 'é'], ['e']);
matches('(?i)\\Qa.b\\E', ['A.B'], ['AxB']);
matches('(?is-m:a.b)', ['A\nB'], ['AB']);
matches('(?)a', ['a'], ['A']);
matches('(?i:a)[x]', ['ax', 'Ax'], ['aX', 'AX']);
matches('^(?i:a)[^k]$', ['AK', 'a-'], ['Ak']);
matches('^(?i:a)\\P{Lu}$', ['Ab'], ['AB']);
matches('(?i:b+)|c?A', ['A', 'B'], ['a']);

// Repetitions can be lazy, which does not change the set of matching texts.
matches('(?U)^a+?b*$', ['ab', 'aab', 'a'], ['b']);
matches('^a{2}$', ['aa'], ['a', 'aaa']);
matches('^a{2,}?$', ['aa', 'aaaa'], ['a']);
matches('^(ab){1,2}$', ['ab', 'abab'], ['', 'ababab']);
matches('^a{0}b$', ['b'], ['ab']);
matches('^a{,2}$', ['a{,2}'], ['a', 'aa']);
matches('^a{$', ['a{'], ['a']);
matches('^{}]$', ['{}]'], ['{}']);
matches('^(a{10}){100}$', ['a'.repeat(1000)], ['a'.repeat(999)]);
matches('^(|a)+$', ['', 'a', 'aa'], ['b']);
matches('^a{2}(?i){2}b$', ['aaaaB'], ['aaB']);
matches('^a+\\Q\\E{2}$', ['aa'], ['a']);

// There are two forms for the name of a group. Two groups may have the same name.
matches('^(?P<disk>sd)(?<part>[a-z])$', ['sda'], ['sd', 'sda1']);
matches('^(?P<n>a)(?P<n>b)$', ['ab'], ['a']);

// The text between \Q and \E is literal.
matches('^\\Q.*[\\E$', ['.*['], ['a', '.*[\\E']);
matches('^\\Qa|b', ['a|b'], ['a', 'b']);
matches('^\\Qab\\E+$', ['ab', 'abb'], ['abab']);
matches('^\\Q\\E$', [''], ['a']);

// These escape sequences match a single character.
matches('^\\.\\-\\/\\_\\ \\"\\#\\]\\}$', ['.-/_ "#]}'], ['x-/_ "#]}']);
matches('^\\x41\\x{62}\\x{1F600}$', ['Ab\u{1f600}'], ['Ab']);
matches('^\\x{10FFFF}$', ['\u{10ffff}'], ['\u{10fffe}']);
matches('^\\a\\f\\n\\r\\t\\v$', ['\u0007\f\n\r\t\v'], ['a\f\n\r\t\v']);
matches('^\\07\\012\\101\\12$', ['\u0007\nA\n'], ['07']);
matches('^é\u{1f600}&&--$', ['é\u{1f600}&&--'], ['é']);

// Perl classes contain only ASCII characters. The class \s does not contain the vertical tab.
matches('^\\d$', ['0', '9'], ['٣', 'a']);
matches('^\\s$', [' ', '\t', '\n', '\f', '\r'], ['\v', '\u00a0', '\ufeff']);
matches('^\\w$', ['a', 'Z', '_', '5'], ['é', '-']);
matches('^\\D\\S\\W$', ['aé-', 'a\v\u00a0'], ['1é-', 'a -', 'aéa']);

// Bracket expressions match one character of a set.
matches('^[a-c_]$', ['a', 'c', '_'], ['d', '-']);
matches('^[^a-c]$', ['d', '\n', 'é', '\u{1f600}'], ['a', 'c', '']);
matches('^[]a]$', [']', 'a'], ['b']);
matches('^[^]a]$', ['b'], [']', 'a']);
matches('^[-a]$', ['-', 'a'], ['b']);
matches('^[a-]$', ['-', 'a'], ['b']);
matches('^[+--]$', ['+', ',', '-'], ['.']);
matches('^[\\d-z]$', ['1', '-', 'z'], ['a']);
matches('^[a&&b~~c[^.(]$', ['a', '&', 'b', '~', 'c', '[', '^', '.', '('], ['d', ')']);
matches('^[\\]\\\\\\^\\-]$', [']', '\\', '^', '-'], ['a']);
matches('^[\\n\\x{e9}\\101]$', ['\n', 'é', 'A'], ['a']);
matches('^[\\W\\d]$', ['-', '1', 'é'], ['a', '_']);
matches('^[^\\D]$', ['1'], ['a']);
matches('^[[:alpha:]_]$', ['a', 'Z', '_'], ['1', 'é', ':']);
matches('^[[:^alpha:]]$', ['1', 'é'], ['a']);
matches('^[^[:space:]]$', ['a', '\u00a0'], [' ', '\v']);
matches('^[[:alnum:]][[:digit:]][[:lower:]][[:upper:]][[:xdigit:]]$', ['a1bCf'], ['a1bCg', '-1bCf']);
matches('^[[:blank:]][[:cntrl:]][[:graph:]][[:print:]][[:punct:]]$', ['\t\u0007! {', ' \u007f~ @'], ['\n\u0007! {']);
matches('^[[:ascii:]][[:word:]]$', ['\0_'], ['é_', 'a-']);
matches('^[:alpha:]$', [':', 'a', 'p'], ['b']);
matches('^[^\\x00-\\x{10FFFF}]$', [], ['', 'a']);

// \p and \P match a Unicode category or script.
matches('^\\pL$', ['a', 'é', 'Ω'], ['1', '_']);
matches('^\\PL$', ['1'], ['a']);
matches('^\\p{Lu}$', ['A', 'É'], ['a']);
matches('^\\p{^Lu}$', ['a'], ['A']);
matches('^\\P{^Lu}$', ['A'], ['a']);
matches('^[\\pN\\p{Greek}]$', ['1', '٣', 'Ω'], ['a']);
matches('^\\p{Old_Italic}$', ['\u{10300}'], ['a']);
matches('^\\p{Any}$', ['a', '\n', '\u{1f600}'], ['']);
matches('\\P{Any}', [], ['', 'a']);

// Go rejects this syntax.
rejects('(?=a)', 'unexpected "(?=a"');
rejects('(?!a)', 'unexpected "(?!a"');
rejects('(?<=a)', 'unexpected "(?<="');
rejects('(?<!a)', 'unexpected "(?<!"');
rejects('(?>a)', 'unexpected "(?>a"');
rejects('(?x)a', 'unexpected "(?x)"');
rejects('(?i-)a', 'unexpected "(?i-"');
rejects('(?P=n)', 'unexpected "(?P="');
rejects('(a)\\1', 'unknown escape "\\1"');
rejects('(?<n>a)\\k<n>', 'unknown escape "\\k"');
rejects('\\8', 'unknown escape "\\8"');
rejects('\\C', 'unknown escape "\\C"');
rejects('\\Z', 'unknown escape "\\Z"');
rejects('\\E', 'unknown escape "\\E"');
rejects('\\u0041', 'unknown escape "\\u"');
rejects('\\cA', 'unknown escape "\\c"');
rejects('\\é', 'unknown escape "\\é"');
rejects('[\\b]', 'unknown escape "\\b"');
rejects('[a-\\d]', 'unknown escape "\\d"');
rejects('\\p{Alphabetic}', 'unknown Unicode class "\\p{Alphabetic}"');
rejects('\\p{Script=Greek}', 'unknown escape "\\p"');
rejects('\\pX', 'unknown Unicode class "\\pX"');
rejects('[[:letter:]]', 'unknown class "[:letter:]"');
rejects('[[:constructor:]]', 'unknown class "[:constructor:]"');
rejects('\\x{110000}', 'unknown escape "\\x{110000}"');
rejects('\\xg', 'unknown escape "\\x"');

// These expressions are invalid in Go and in JavaScript.
rejects('(a', 'missing ")"');
rejects('a)', 'unexpected ")"');
rejects('[a', 'missing "]"');
rejects('[]', 'missing "]"');
rejects('[z-a]', 'bad range "z-a"');
rejects('\\', 'nothing after the last "\\"');
rejects('*a', 'nothing to repeat before "*"');
rejects('a|+', 'nothing to repeat before "+"');
rejects('(?i)?', 'nothing to repeat before "?"');
rejects('a**', 'unexpected "*" after a repetition');
rejects('a++', 'unexpected "+" after a repetition');
rejects('a{2}{3}', 'unexpected "{3}" after a repetition');
rejects('a{3,2}', 'bad repetition "{3,2}"');
rejects('a{1001}', '"{1001}" requires more than 1000 repetitions');
rejects('(a{500}){500}', '"{500}" requires more than 1000 repetitions');

test('compileGoRegexp() throws only RangeError for random texts', () => {
  const token = fc.constantFrom(
    ...'()[]{}|*+?^$.\\-:,=!<>#&~aAé1 \n',
    '(?i',
    '(?P<',
    '[:',
    ':]',
    '\\Q',
    '\\E',
    '\\p{',
    '\\x{',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      try {
        compileGoRegexp(tokens.join('')).test('a1é\n');
      } catch (error) {
        assert.ok(error instanceof RangeError);
        assert.match(error.message, /^expected a regular expression of Go: (?!too large)/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("getGoSource() returns the expression in Go's syntax", () => {
  assert.equal(getGoSource(compileGoRegexp('(?i)^eth\\d+$')), '(?i)^eth\\d+$');
  assert.equal(getGoSource(/a/), 'a');
});
