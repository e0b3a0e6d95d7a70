import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportProblem } from '../../src/parse/rows.ts';
import { fc } from './fast-check.ts';
import { type OddLinesSubject, testOddLines } from './odd-lines.ts';

/**
 * Returns functions for the tests of one parser. Each call of a function declares tests.
 *
 * @example
 * const { parses, rejects, survives, ignoresOddLines } = describeParser('parseLoadavg', parseLoadavg);
 * parses('three averages', '0.57 0.80 0.77 1/79 2736\n', { load1: 0.57, load5: 0.8, load15: 0.77 });
 * rejects('an empty file', '', 'expected three numbers in ""');
 * survives('0.57 0.80 0.77 1/79 2736\n');
 * ignoresOddLines('0.57 0.80 0.77 1/79 2736\n');
 *
 * @param name name of the function; with its other arguments if it has some: `parseCpuinfo() for x86_64`
 */
export function describeParser<T>(name: string, parse: (text: string, report?: ReportProblem) => T) {
  const subject = name.includes('(') ? name : `${name}()`;
  return {
    parses(description: string, text: string, expected: T): void {
      test(`${subject} parses ${description}`, () => {
        assert.deepEqual(parse(text), expected);
      });
    },
    rejects(description: string, text: string, message: string): void {
      test(`${subject} rejects ${description}`, () => {
        assert.throws(() => parse(text), { name: 'SyntaxError', message });
      });
    },
    /** Declares a test: the parser reports these problems and returns all other values. */
    reports(what: string, text: string, expected: T, problems: readonly string[]): void {
      test(`${subject} reports ${what}`, () => {
        const messages: string[] = [];
        assert.deepEqual(
          parse(text, ({ message }) => messages.push(message)),
          expected,
        );
        assert.deepEqual(messages, problems);
      });
    },
    /**
     * Declares tests: one odd line at any position of the text, or one malformed number, changes no other value. A parser of
     * rows needs these tests.
     */
    ignoresOddLines(text: string, options: Pick<OddLinesSubject, 'nameOf' | 'dependsOnNumbers'> = {}): void {
      testOddLines({ name: subject, text, parse, ...options });
    },
    /** Declares tests: for random bytes and damaged copies of the texts, the parser throws only short `SyntaxError`s. */
    survives(...texts: readonly string[]): void {
      test(`${subject} throws only SyntaxError for random and damaged texts`, () => {
        fc.assert(
          fc.property(randomTexts(texts), (text) => parsesOrRejects(parse, text)),
          { numRuns: 300 },
        );
      });
      test(`${subject} throws only SyntaxError for 10 MB of digits`, () => {
        parsesOrRejects(parse, '9'.repeat(10_000_000));
      });
    },
  };
}

/**
 * Calls a parser and ignores a short `SyntaxError`.
 *
 * @throws every other error
 */
function parsesOrRejects(parse: (text: string) => unknown, text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    assert.ok(error.message.length < 400, `The message has ${error.message.length} characters`);
  }
}

function randomTexts(texts: readonly string[]): fc.Arbitrary<string> {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString('utf8'));
  if (texts.length === 0) return bytes;
  return fc.oneof(bytes, fc.constantFrom(...texts).chain(damagedCopies));
}

/** Generates copies of a text. In each copy, a part of the text is removed or replaced. */
function damagedCopies(text: string): fc.Arbitrary<string> {
  const position = fc.nat({ max: text.length });
  const replacement = fc.oneof(
    fc.constantFrom('', ' ', '\n', '\0', ':', 'nan', '-1', '0x10', '1e3', '99999999999999999999999', '\u{1f4a5}'),
    fc.string({ maxLength: 5 }),
  );
  return fc
    .tuple(position, fc.nat({ max: 20 }), replacement)
    .map(([start, length, inserted]) => text.slice(0, start) + inserted + text.slice(start + length));
}
