import * as lines from '../../../src/parse/lines.ts';
import { parseColumns, parseKeyValues, parseRows, visitRows } from '../../../src/parse/rows.ts';
import { type FuzzTargets, rows, text } from '../target.ts';

const NUMBERS = ['42\n', '-1', '0.57', '0x1f', '18446744073709551615', '0000a1f0', '1\n', '0'];
const COLUMNS = ['  1 2   3 18446744073709551615 5', 'commits 258051\nmax 7\n'];

/** Functions that the parsers of kernel files share. */
export const WORDS: FuzzTargets = {
  parseColumns: rows(COLUMNS, (line, report) => parseColumns(line, 0, report)),
  parseCountFile: text(NUMBERS, lines.parseCountFile),
  parseCounts: text(COLUMNS, (line) => lines.parseCounts(line, 0)),
  parseDecimal: text(NUMBERS, lines.parseDecimal),
  parseDecimalSlice: text(NUMBERS, (word) => lines.parseDecimalSlice(word, 0, word.length)),
  parseDigits: text(NUMBERS, (word) => lines.parseDigits(word, 0, word.length)),
  parseHex: text(NUMBERS, lines.parseHex),
  parseInteger: text(NUMBERS, lines.parseInteger),
  parseIntegerFile: text(NUMBERS, lines.parseIntegerFile),
  parseKeyValues: rows(COLUMNS, parseKeyValues),
  parseLine: text(COLUMNS, lines.parseLine),
  parseNumberFile: text(NUMBERS, lines.parseNumberFile),
  parseRows: rows(COLUMNS, (file, report) => parseRows(lines.splitLines(file), lines.parseDecimal, report)),
  parseSwitchFile: text(NUMBERS, lines.parseSwitchFile),
  parseText: text(['fan 1\n', '\u00e9'.repeat(100)], lines.parseText),
  parseUnsigned: text(NUMBERS, lines.parseUnsigned),
  parseUnsignedSlice: text(NUMBERS, (word) => lines.parseUnsignedSlice(word, 0, word.length)),
  parseWord: text(['fan 1\n', ' '], lines.parseWord),
  visitRows: rows(COLUMNS, (file, report) =>
    visitRows(file, (start, end) => void lines.parseDecimalSlice(file, start, end), report),
  ),
};
