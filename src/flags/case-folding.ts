/**
 * Case-insensitive parts of regular expressions, without JavaScript's modifier `(?i:a)`. V8 14.6 compiles the modifier with errors: a
 * class after the group also ignores case, and sometimes an alternative after the group does.
 */
import { memoizeLast } from '../util/memoize.ts';
import { toEscape } from './go-regexp-syntax.ts';

/** Characters that have another case. */
const CASED = '[\\p{Cased}\\p{Changes_When_Casefolded}\\p{Changes_When_Casemapped}]';

/** Unicode has no cased characters from this code point on. */
const END_OF_CASED = 0x20000;

/**
 * Returns a class that matches the characters of a class or an escape in all cases: `[Kk\u212a]` for `k`.
 *
 * @param source a class, an escape or a character for the flag `v`
 */
export function foldCase(source: string): string {
  const matches = listCased().match(new RegExp(source, 'giv'));
  return matches === null ? source : `[[${source}--${CASED}]${toRanges(matches)}]`;
}

/** All cased characters in one text; it takes 20 ms once. */
const listCased = memoizeLast((): string => {
  const cased = new RegExp(CASED, 'v');
  let text = '';
  for (let codePoint = 0; codePoint < END_OF_CASED; codePoint += 1) {
    const character = String.fromCodePoint(codePoint);
    if (cased.test(character)) text += character;
  }
  return text;
});

/** @param characters in ascending order */
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
