import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileGoRegexp, getGoSource } from '../../src/flags/go-regexp.ts';
import { fc } from '../support/fast-check.ts';

/** Declares one test: in which texts an expression is found and in which it is not. */
function finds(expression: string, found: readonly string[], missed: readonly string[]): void {
  test(`compileGoRegexp() finds ${JSON.stringify(expression)} where Go does`, () => {
    const compiled = compileGoRegexp(expression);
    assert.deepEqual(
      [found, missed].map((texts) => texts.filter((text) => compiled.test(text))),
      [found, []],
    );
  });
}

function refuses(expression: string, reason: string): void {
  test(`compileGoRegexp() refuses ${JSON.stringify(expression)}`, () => {
    assert.throws(() => compileGoRegexp(expression), {
      name: 'RangeError',
      message: `expected a regular expression of Go: ${reason}`,
    });
  });
}

finds('sd', ['sda', 'xsdb', 'sd'], ['SD', 's d', '']);
finds(
  '^(z?ram|loop|nvme\\d+n\\d+p)\\d+$',
  ['ram0', 'zram1', 'loop7', 'nvme0n1p1'],
  ['nvme0n1', 'ram', 'xram0', 'ram0x'],
);
finds('^/(dev|proc|sys)($|/)', ['/dev', '/proc/x'], ['/device', '/x/dev']);
finds('', ['', 'anything'], []);
finds('a||b', ['', 'c'], []);
finds('()', [''], []);

// The ends of a text, and of a line with m: only \n ends a line in Go.
finds('^b', ['b', 'bc'], ['a\nb', 'ab']);
finds('a$', ['a', 'ba'], ['a\n', 'ab', 'a\nb']);
finds('\\Aa\\z', ['a'], ['a\n', '\na', 'ab']);
finds('(?m)^b$', ['b', 'a\nb\nc'], ['a\rb', 'b\r', 'a\u2028b']);
finds('(?m)\\Ab\\z', ['b'], ['a\nb', 'b\nc']);
finds('(?:^)*a', ['a', 'ba'], ['b']);
finds('^*a', ['a', 'ba'], ['b']);
finds('\\b*a', ['a', 'ba'], ['b']);
finds('\\bsda\\b', ['sda', '/dev/sda/x', 'é sda'], ['sda1', 'xsda']);
finds('^\\B.', ['-a', 'é'], ['a', '']);

// Only \n is a line's end for the dot as well.
finds('^.$', ['a', '\r', '\u2028', 'é', '\u{1f600}'], ['\n', '', 'ab']);
finds('(?s)^.$', ['a', '\n', '\u{1f600}'], ['', 'ab']);
finds('^(?s:.).$', ['\na'], ['a\n']);
finds('^(?s).(?-s).$', ['\na'], ['a\n']);

// Case.
finds('(?i)eth', ['ETH0', 'eth1', 'xEtH'], ['et']);
finds('a(?i)b|c', ['ab', 'aB', 'C'], ['Ab']);
finds('(a(?i)b)c', ['aBc'], ['aBC']);
finds('(?i:a)b', ['Ab'], ['AB']);
finds('(?i)a(?-i:b)c', ['AbC'], ['ABC']);
finds('(?i)^[a-c]$', ['B'], ['d']);
finds('(?i)^[^a-c]$', ['D', '\n'], ['B', 'b']);
finds('(?i)^[^\\P{Lu}]$', ['a', 'A'], ['1']);
finds('(?i)^k$', ['K', '\u212a'], ['x']);
finds('(?i)^ς$', ['σ', 'Σ'], ['s']);
finds('(?i)^\\w$', ['ſ', '\u212a', 'A'], ['é', '-']);
finds('(?i)\\x{e9}', ['É', 'é'], ['e']);
finds('(?i)\\Qa.b\\E', ['A.B'], ['AxB']);
finds('(?is-m:a.b)', ['A\nB'], ['AB']);
finds('(?)a', ['a'], ['A']);

// Greed changes what is found, not whether.
finds('(?U)^a+?b*$', ['ab', 'aab', 'a'], ['b']);
finds('^a{2}$', ['aa'], ['a', 'aaa']);
finds('^a{2,}?$', ['aa', 'aaaa'], ['a']);
finds('^(ab){1,2}$', ['ab', 'abab'], ['', 'ababab']);
finds('^a{0}b$', ['b'], ['ab']);
finds('^a{,2}$', ['a{,2}'], ['a', 'aa']);
finds('^a{$', ['a{'], ['a']);
finds('^{}]$', ['{}]'], ['{}']);
finds('^(a{10}){100}$', ['a'.repeat(1000)], ['a'.repeat(999)]);
finds('^(|a)+$', ['', 'a', 'aa'], ['b']);

// Groups have names in two ways; nothing refers to them.
finds('^(?P<disk>sd)(?<part>[a-z])$', ['sda'], ['sd', 'sda1']);
finds('^(?P<n>a)(?P<m>b)$', ['ab'], ['a']);

// Quoted text.
finds('^\\Q.*[\\E$', ['.*['], ['a', '.*[\\E']);
finds('^\\Qa|b', ['a|b'], ['a', 'b']);
finds('^\\Qab\\E+$', ['ab', 'abb'], ['abab']);
finds('^\\Q\\E$', [''], ['a']);

// Escapes.
finds('^\\.\\-\\/\\_\\ \\"\\#\\]\\}$', ['.-/_ "#]}'], ['x-/_ "#]}']);
finds('^\\x41\\x{62}\\x{1F600}$', ['Ab\u{1f600}'], ['Ab']);
finds('^\\x{10FFFF}$', ['\u{10ffff}'], ['\u{10fffe}']);
finds('^\\a\\f\\n\\r\\t\\v$', ['\u0007\f\n\r\t\v'], ['a\f\n\r\t\v']);
finds('^\\07\\012\\101\\12$', ['\u0007\nA\n'], ['07']);
finds('^é\u{1f600}&&--$', ['é\u{1f600}&&--'], ['é']);

// Perl's classes are ASCII, and \s has no vertical tab.
finds('^\\d$', ['0', '9'], ['٣', 'a']);
finds('^\\s$', [' ', '\t', '\n', '\f', '\r'], ['\v', '\u00a0', '\ufeff']);
finds('^\\w$', ['a', 'Z', '_', '5'], ['é', '-']);
finds('^\\D\\S\\W$', ['aé-', 'a\v\u00a0'], ['1é-', 'a -', 'aéa']);

// Classes.
finds('^[a-c_]$', ['a', 'c', '_'], ['d', '-']);
finds('^[^a-c]$', ['d', '\n', 'é', '\u{1f600}'], ['a', 'c', '']);
finds('^[]a]$', [']', 'a'], ['b']);
finds('^[^]a]$', ['b'], [']', 'a']);
finds('^[-a]$', ['-', 'a'], ['b']);
finds('^[a-]$', ['-', 'a'], ['b']);
finds('^[+--]$', ['+', ',', '-'], ['.']);
finds('^[\\d-z]$', ['1', '-', 'z'], ['a']);
finds('^[a&&b~~c[^.(]$', ['a', '&', 'b', '~', 'c', '[', '^', '.', '('], ['d', ')']);
finds('^[\\]\\\\\\^\\-]$', [']', '\\', '^', '-'], ['a']);
finds('^[\\n\\x{e9}\\101]$', ['\n', 'é', 'A'], ['a']);
finds('^[\\W\\d]$', ['-', '1', 'é'], ['a', '_']);
finds('^[^\\D]$', ['1'], ['a']);
finds('^[[:alpha:]_]$', ['a', 'Z', '_'], ['1', 'é', ':']);
finds('^[[:^alpha:]]$', ['1', 'é'], ['a']);
finds('^[^[:space:]]$', ['a', '\u00a0'], [' ', '\v']);
finds('^[[:alnum:]][[:digit:]][[:lower:]][[:upper:]][[:xdigit:]]$', ['a1bCf'], ['a1bCg', '-1bCf']);
finds('^[[:blank:]][[:cntrl:]][[:graph:]][[:print:]][[:punct:]]$', ['\t\u0007! {', ' \u007f~ @'], ['\n\u0007! {']);
finds('^[[:ascii:]][[:word:]]$', ['\0_'], ['é_', 'a-']);
finds('^[:alpha:]$', [':', 'a', 'p'], ['b']);
finds('^[^\\x00-\\x{10FFFF}]$', [], ['', 'a']);

// Unicode's categories and scripts.
finds('^\\pL$', ['a', 'é', 'Ω'], ['1', '_']);
finds('^\\PL$', ['1'], ['a']);
finds('^\\p{Lu}$', ['A', 'É'], ['a']);
finds('^\\p{^Lu}$', ['a'], ['A']);
finds('^\\P{^Lu}$', ['A'], ['a']);
finds('^[\\pN\\p{Greek}]$', ['1', '٣', 'Ω'], ['a']);
finds('^\\p{Old_Italic}$', ['\u{10300}'], ['a']);

// What Go does not know, and JavaScript may.
refuses('(?=a)', 'unexpected "(?=a"');
refuses('(?!a)', 'unexpected "(?!a"');
refuses('(?<=a)', 'unexpected "(?<="');
refuses('(?<!a)', 'unexpected "(?<!"');
refuses('(?>a)', 'unexpected "(?>a"');
refuses('(?x)a', 'unexpected "(?x)"');
refuses('(?i-)a', 'unexpected "(?i-"');
refuses('(?P=n)', 'unexpected "(?P="');
refuses('(a)\\1', 'unknown escape "\\1"');
refuses('(?<n>a)\\k<n>', 'unknown escape "\\k"');
refuses('\\8', 'unknown escape "\\8"');
refuses('\\C', 'unknown escape "\\C"');
refuses('\\Z', 'unknown escape "\\Z"');
refuses('\\E', 'unknown escape "\\E"');
refuses('\\u0041', 'unknown escape "\\u"');
refuses('\\cA', 'unknown escape "\\c"');
refuses('\\é', 'unknown escape "\\é"');
refuses('[\\b]', 'unknown escape "\\b"');
refuses('[a-\\d]', 'unknown escape "\\d"');
refuses('\\p{Alphabetic}', 'no Unicode class "\\p{Alphabetic}"');
refuses('\\p{Script=Greek}', 'unknown escape "\\p"');
refuses('\\pX', 'no Unicode class "\\pX"');
refuses('[[:letter:]]', 'no class "[:letter:]"');
refuses('\\x{110000}', 'unknown escape "\\x{110000}"');
refuses('\\xg', 'unknown escape "\\x"');

// What is wrong in both.
refuses('(a', 'missing ")"');
refuses('a)', 'unexpected ")"');
refuses('[a', 'missing "]"');
refuses('[]', 'missing "]"');
refuses('[z-a]', 'bad range "z-a"');
refuses('\\', 'nothing after the last "\\"');
refuses('*a', 'nothing to repeat before "*"');
refuses('a|+', 'nothing to repeat before "+"');
refuses('(?i)?', 'nothing to repeat before "?"');
refuses('a**', 'unexpected "*" after a repetition');
refuses('a++', 'unexpected "+" after a repetition');
refuses('a{2}{3}', 'unexpected "{3}" after a repetition');
refuses('a{3,2}', 'bad repetition "{3,2}"');
refuses('a{1001}', '"{1001}" asks for more than 1000 repetitions');
refuses('(a{500}){500}', '"{500}" asks for more than 1000 repetitions');

test('compileGoRegexp() compiles or throws a RangeError, whatever the text', () => {
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

test('getGoSource() gives the expression as it was written', () => {
  assert.equal(getGoSource(compileGoRegexp('(?i)^eth\\d+$')), '(?i)^eth\\d+$');
  assert.equal(getGoSource(/own/), 'own');
});
