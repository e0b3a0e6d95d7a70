/**
 * Case-insensitive parts of regular expressions, without JavaScript's modifier `(?i:a)`. V8 14.6 compiles this modifier
 * incorrectly: a class after the group also ignores case. In some expressions, an alternative after the group also ignores
 * case.
 */
import { memoizeLast } from '../util/memoize.ts';
import { toEscape } from './go-regexp-syntax.ts';

/**
 * A class of all characters that have a case: upper-case and lower-case letters, and other characters that a case
 * conversion changes.
 */
const CASED = '[\\p{Cased}\\p{Changes_When_Casefolded}\\p{Changes_When_Casemapped}]';

/** The first code point after all cased characters of Unicode. */
const END_OF_CASED = 0x20000;

/**
 * Makes a character, an escape or a class case-insensitive. Returns the result as a class, for example `[Kk\u212a]` for `k`.
 *
 * @param source a character, an escape or a character class, in the syntax of JavaScript's RegExp flag `v`
 */
export function foldCase(source: string): string {
  const matches = listCased().match(new RegExp(source, 'giv'));
  return matches === null ? source : `[[${source}--${CASED}]${toRanges(matches)}]`;
}

/** Returns a text with all cased characters. The first call takes 20 ms. */
const listCased = memoizeLast((): string => {
  const cased = new RegExp(CASED, 'v');
  let text = '';
  for (let codePoint = 0; codePoint < END_OF_CASED; codePoint += 1) {
    const character = String.fromCodePoint(codePoint);
    if (cased.test(character)) text += character;
  }
  return text;
});

/** @param characters single characters in ascending order */
function toRanges(characters: readonly string[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const character of characters) {
    const codePoint = character.codePointAt(0) ?? 0;
    const range = ranges.at(-1);
    if (range?.last === codePoint - 1) range.last = codePoint;
    else ranges.push({ first: codePoint, last: codePoint });
  }
  return ranges
    .map(({ first, last }) => (first === last ? toEscape(first) : `${toEscape(first)}-${toEscape(last)}`))
    .join('');
}
