/**
 * Functions for the lines, words and numbers of kernel files. Every parser throws a `SyntaxError` that quotes the
 * unexpected text. The code that reads the file adds the path to the message.
 */

const MAX_QUOTED = 80;
const BLANK = 32;
const TAB = 9;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Returns a text in quotes. A long text is cut to a length that fits into a log line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}

/** Bytes per KiB. The kernel prints sizes in KiB with the unit `kB`. */
export const BYTES_PER_KIB = 1024;

/**
 * Parses a decimal number as the kernel prints it: `42`, `-1`, `0.57`. Throws for blanks, exponents, `nan` and `0x`.
 * Numbers above 2^53 are rounded to the nearest double.
 */
export function parseDecimal(text: string): number {
  const integer = parseDigits(text, 0, text.length);
  if (integer !== undefined) return integer;
  if (!/^-?\d{1,20}(\.\d{1,20})?$/.test(text)) throw new SyntaxError(`expected a number, got ${quote(text)}`);
  return Number(text);
}

/** Parses a decimal number that is not negative. */
export function parseUnsigned(text: string): number {
  const number = parseDecimal(text);
  if (number < 0) throw new SyntaxError(`expected an unsigned number, got ${quote(text)}`);
  return number;
}

/** Parses an integer in decimal or with a prefix: `-17`, `0x1f`. */
export function parseInteger(text: string): number {
  if (!/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) {
    throw new SyntaxError(`expected an integer, got ${quote(text)}`);
  }
  return Number(text);
}

/** Parses hexadecimal digits without a prefix: `0000a1f0`. */
export function parseHex(text: string): number {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new SyntaxError(`expected a hexadecimal number, got ${quote(text)}`);
  return Number(`0x${text}`);
}

/** Returns the same as `parseDecimal(text.slice(start, end))`, without a copy of the text. */
export function parseDecimalSlice(text: string, start: number, end: number): number {
  return parseDigits(text, start, end) ?? parseDecimal(text.slice(start, end));
}

/** Returns the same as `parseUnsigned(text.slice(start, end))`, without a copy of the text. */
export function parseUnsignedSlice(text: string, start: number, end: number): number {
  return parseDigits(text, start, end) ?? parseUnsigned(text.slice(start, end));
}

/** Character codes of `0` and `9`. */
export const ZERO = 48;
export const NINE = 57;
/** Maximum number of digits for which a double represents every integer exactly. */
export const EXACT_DIGITS = 15;

/**
 * Returns the number between two positions; `undefined` if the text between them is not 1 to {@link EXACT_DIGITS} digits.
 */
export function parseDigits(text: string, start: number, end: number): number | undefined {
  if (start >= end || end - start > EXACT_DIGITS) return undefined;
  let number = 0;
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > NINE - ZERO) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** Parses a file that contains one decimal number. */
export function parseNumberFile(text: string): number {
  return parseDecimal(text.trim());
}

/** Parses a file that contains one integer that is not negative. */
export function parseCountFile(text: string): number {
  const count = text.trim();
  if (!/^\d{1,20}$/.test(count)) throw new SyntaxError(`expected an unsigned integer, got ${quote(count)}`);
  return Number(count);
}

/** Parses a file that contains `0` or `1`. */
export function parseSwitchFile(text: string): number {
  const value = text.trim();
  if (value !== '0' && value !== '1') throw new SyntaxError(`expected 0 or 1, got ${quote(value)}`);
  return Number(value);
}

/** Parses a file that contains one integer in decimal or with a prefix: `0x1f`. */
export function parseIntegerFile(text: string): number {
  return parseInteger(text.trim());
}

/** Returns the text of a file without the final newline. */
export function parseLine(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Maximum size of a label from a sysfs attribute. Like node_exporter, this program cuts off the remaining bytes. */
const LABEL_BYTES = 128;

/** Returns the first 128 bytes of a sysfs attribute, without blanks and newlines at the start and end. */
export function parseText(text: string): string {
  const isLong = Buffer.byteLength(text) > LABEL_BYTES;
  return (isLong ? Buffer.from(text).toString('utf8', 0, LABEL_BYTES) : text).trim();
}

/** Returns the same as {@link parseText}, for an attribute that is never empty. */
export function parseWord(text: string): string {
  const word = parseText(text);
  if (word === '') throw new SyntaxError(`expected a word, got ${quote(text)}`);
  return word;
}

/**
 * Throws an error for an empty or blank file. Parsers of files that always have content call this function, because a file
 * without rows is otherwise parsed like a host without devices.
 *
 * @param expected the content that every kernel prints, for the error message
 * @throws {SyntaxError} if the text contains only blanks and newlines
 */
export function requireContent(text: string, expected: string): void {
  if (text.trim() === '') throw new SyntaxError(`expected ${expected}, got ${quote(text)}`);
}

/** Returns the lines of a text. Empty lines are left out. */
export function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/**
 * Calls `visit` with the start and the end of each line from a position on. Empty lines are left out. No string is created
 * for each line, because a host with a thousand containers has many such files.
 */
export function forEachLine(text: string, visit: (start: number, end: number) => void, from = 0): void {
  for (let start = from; start < text.length; ) {
    const end = findLineEnd(text, start);
    if (end > start) visit(start, end);
    start = end + 1;
  }
}

/** Returns the end of the line that contains a position. */
export function findLineEnd(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline === -1 ? text.length : newline;
}

/**
 * Returns the lines that start with a prefix. No strings are created for other lines, because a file may contain many of
 * them: on a host with 256 CPUs, `/proc/schedstat` contains half a megabyte of `domain` lines.
 */
export function selectLines(text: string, prefix: string): string[] {
  const lines: string[] = [];
  let start = text.startsWith(prefix) ? 0 : findLineWithPrefix(text, prefix, 0);
  while (start !== undefined) {
    const end = findLineEnd(text, start);
    lines.push(text.slice(start, end));
    start = findLineWithPrefix(text, prefix, end);
  }
  return lines;
}

function findLineWithPrefix(text: string, prefix: string, from: number): number | undefined {
  const newline = text.indexOf(`\n${prefix}`, from);
  return newline === -1 ? undefined : newline + 1;
}

/**
 * Returns the words of a line. Blanks and tabs separate the words. To split a line with a regular expression takes twice
 * the time.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  forEachWord(line, (start, end) => words.push(line.slice(start, end)));
  return words;
}

/** Calls `visit` with the start and the end of each word between two positions. */
export function forEachWord(
  text: string,
  visit: (start: number, end: number) => void,
  from = 0,
  to = text.length,
): void {
  let start = from;
  for (let index = from; index <= to; index += 1) {
    const code = index === to ? BLANK : text.charCodeAt(index);
    if (code !== BLANK && code !== TAB) continue;
    if (index > start) visit(start, index);
    start = index + 1;
  }
}

/** Returns the end of the word that starts at a position. */
export function findWordEnd(text: string, start: number): number {
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BLANK || code === TAB || code === NEWLINE) return index;
  }
  return text.length;
}

/** Returns the position after the last character before `end` that is not a blank, tab or carriage return. */
export function trimEnd(text: string, end: number): number {
  let index = end;
  for (let code = text.charCodeAt(index - 1); code === BLANK || code === TAB || code === CARRIAGE_RETURN; ) {
    index -= 1;
    code = text.charCodeAt(index - 1);
  }
  return index;
}

/** Returns the first position, from `start` on, whose character is not a blank or tab. */
export function skipBlanks(line: string, start: number): number {
  let index = start;
  for (let code = line.charCodeAt(index); code === BLANK || code === TAB; code = line.charCodeAt(++index));
  return index;
}

export interface ScannedCounts {
  readonly counts: number[];
  /** Position after the counts and the blanks that follow them. */
  readonly end: number;
}

/** Number of digits of the largest u64. */
const MAX_DIGITS = 20;

/**
 * Parses columns of unsigned integers, up to `limit` columns or to the first word that is not a number. This function reads
 * single characters, because a file with a column for each of 256 CPUs contains a hundred thousand numbers.
 */
export function scanCounts(line: string, start: number, limit = Number.POSITIVE_INFINITY): ScannedCounts {
  const counts: number[] = [];
  let index = skipBlanks(line, start);
  while (counts.length < limit) {
    const first = index;
    let number = 0;
    for (let code = line.charCodeAt(index); code >= ZERO && code <= NINE; code = line.charCodeAt(++index)) {
      number = number * 10 + (code - ZERO);
    }
    const next = skipBlanks(line, index);
    // Digits next to another character are part of a word, not a number.
    const isCount = index > first && index - first <= MAX_DIGITS && (next > index || next === line.length);
    if (!isCount) return { counts, end: first };
    counts.push(index - first <= EXACT_DIGITS ? number : Number(line.slice(first, index)));
    index = next;
  }
  return { counts, end: index };
}

/** Parses columns of unsigned integers up to the end of the line. */
export function parseCounts(line: string, start: number): number[] {
  const { counts, end } = scanCounts(line, start);
  if (end < line.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return counts;
}
