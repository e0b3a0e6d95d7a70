import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

export interface RegExpLiteral {
  readonly file: string;
  readonly expression: RegExp;
}

/** A string, a comment, or a literal of a regular expression after a character that cannot end an operand. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|((?:=>|return|case|[=(,:!&|?;[\n])\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/g;

/** Returns all literals of regular expressions in a directory of sources. */
export function listRegExpLiterals(directory: string): readonly RegExpLiteral[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((file) => {
    const source = stripTypeScriptTypes(readFileSync(join(directory, file), 'utf8'));
    return [...source.matchAll(TOKEN)].flatMap(([, before, body = '', flags = '']) =>
      before === undefined ? [] : [{ file, expression: new RegExp(body, flags) }],
    );
  });
}
