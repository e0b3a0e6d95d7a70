import { linesOf, parseUnsigned, wordsOf } from './lines.ts';

/** Lines of a name and a number: `commits 258051` */
export function parseKeyValues(text: string): ReadonlyMap<string, number> {
  return new Map(
    linesOf(text).map((line) => {
      const [key = '', value = ''] = wordsOf(line);
      return [key, parseUnsigned(value)];
    }),
  );
}
