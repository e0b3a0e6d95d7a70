/**
 * The shapes that kernel files share. Every function throws `SyntaxError` with the offending text in quotes; the
 * reader of the file puts the path before it.
 */

const SHOWN = 80;
const BLANK = 32;
const TAB = 9;
const NEWLINE = 10;

/** The text in quotes, cut to a length that fits a log line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

/**
 * A decimal number as the kernel prints it: `42`, `-1`, `0.57`. Nothing else: no blanks, exponents, `nan` or `0x`.
 * Numbers above 2^53 become the nearest double, as a conversion from `u64` would.
 */
export function parseDecimal(text: string): number {
  const whole = wholeIn(text, 0, text.length);
  if (whole !== undefined) return whole;
  if (!/^-?\d{1,20}(\.\d{1,20})?$/.test(text)) throw new SyntaxError(`expected a number instead of ${quote(text)}`);
  return Number(text);
}

/** What the kernel writes as `kB`. */
export const BYTES_PER_KIB = 1024;

/** A decimal number that is not negative. */
export function parseUnsigned(text: string): number {
  const number = parseDecimal(text);
  if (number < 0) throw new SyntaxError(`expected a number that is not negative instead of ${quote(text)}`);
  return number;
}

/** As {@link parseUnsigned}, of what is between two positions: a text that holds hundreds of numbers is not cut into pieces. */
export function unsignedIn(text: string, start: number, end: number): number {
  return wholeIn(text, start, end) ?? parseUnsigned(text.slice(start, end));
}

/** The number that digits alone make, few enough for a double to hold it exactly; `undefined` for whatever else is there. */
export function wholeIn(text: string, start: number, end: number): number | undefined {
  if (start === end || end - start > EXACT_DIGITS) return undefined;
  let number = 0;
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > NINE - ZERO) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** As {@link parseDecimal}, of what is between two positions. */
export function decimalIn(text: string, start: number, end: number): number {
  return wholeIn(text, start, end) ?? parseDecimal(text.slice(start, end));
}

/** A file that holds one number and a newline. */
export function parseNumberFile(text: string): number {
  return parseDecimal(text.trim());
}

/** A file that holds one whole number that is not negative, and a newline. */
export function parseCountFile(text: string): number {
  const count = text.trim();
  if (!/^\d{1,20}$/.test(count)) throw new SyntaxError(`expected a count instead of ${quote(count)}`);
  return Number(count);
}

/** A file that holds `1` or `0`, and a newline. */
export function parseSwitchFile(text: string): number {
  const value = text.trim();
  if (value !== '0' && value !== '1') throw new SyntaxError(`expected 0 or 1 instead of ${quote(value)}`);
  return Number(value);
}

/** A file that holds one line of text; the newline is not part of it. */
export function parseLine(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** node_exporter reads no more of a sysfs attribute: a longer label ends here. */
const LABEL_BYTES = 128;

/** Returns the line of text in a sysfs attribute, cut to 128 bytes and without blanks around it. */
export function parseText(text: string): string {
  const isLong = Buffer.byteLength(text) > LABEL_BYTES;
  return (isLong ? Buffer.from(text).toString('utf8', 0, LABEL_BYTES) : text).trim();
}

/** A whole number, decimal or as `0x1f`. */
export function parseInteger(text: string): number {
  if (!/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) {
    throw new SyntaxError(`expected a whole number instead of ${quote(text)}`);
  }
  return Number(text);
}

/** A sysfs attribute that holds a whole number, decimal or as `0x1f`; blanks around it are not part of it. */
export function parseIntegerFile(text: string): number {
  return parseInteger(text.trim());
}

/** The lines of a file without the empty ones. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/**
 * Visits the lines of a file without the empty ones where they stand, from a position on. Of the files of a thousand containers
 * no line is cut out.
 */
export function eachLine(text: string, visit: (start: number, end: number) => void, from = 0): void {
  for (let start = from; start < text.length; ) {
    const end = endOfLine(text, start);
    if (end > start) visit(start, end);
    start = end + 1;
  }
}

/** Where the line ends in which a position is. */
export function endOfLine(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline === -1 ? text.length : newline;
}

/** The words of a line, parted by blanks and tabs. Thousands of lines in a pass: a regular expression takes twice as long. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  eachWord(line, (start, end) => words.push(line.slice(start, end)));
  return words;
}

/** As {@link wordsOf}, but visits the words between two positions where they stand. */
export function eachWord(text: string, visit: (start: number, end: number) => void, from = 0, to = text.length): void {
  let start = from;
  for (let index = from; index <= to; index += 1) {
    const code = index === to ? BLANK : text.charCodeAt(index);
    if (code !== BLANK && code !== TAB) continue;
    if (index > start) visit(start, index);
    start = index + 1;
  }
}

/**
 * The lines that begin with a text. For files of which most is not wanted: the rest is skipped, not cut into lines
 * (`/proc/schedstat` of 256 CPUs has half a megabyte of `domain` lines).
 */
export function linesThatBegin(prefix: string, text: string): string[] {
  const lines: string[] = [];
  let start = text.startsWith(prefix) ? 0 : nextLineThatBegins(prefix, text, 0);
  while (start !== undefined) {
    const end = endOfLine(text, start);
    lines.push(text.slice(start, end));
    start = nextLineThatBegins(prefix, text, end);
  }
  return lines;
}

function nextLineThatBegins(prefix: string, text: string, from: number): number | undefined {
  const newline = text.indexOf(`\n${prefix}`, from);
  return newline === -1 ? undefined : newline + 1;
}

export interface Counts {
  readonly counts: number[];
  /** Where the text begins that follows them and the blanks after them. */
  readonly end: number;
}

export const ZERO = 48;
export const NINE = 57;
/** As many digits always make a number that a double holds exactly. */
export const EXACT_DIGITS = 15;
/** A u64 has no more. */
const MOST_DIGITS = 20;

/**
 * Whole numbers in columns, from a position on, as many as there are but no more than wanted. Character by character:
 * files with a column for each of 256 CPUs have a hundred thousand of them.
 */
export function scanCounts(line: string, start: number, most = Number.POSITIVE_INFINITY): Counts {
  const counts: number[] = [];
  let at = skipBlanks(line, start);
  while (counts.length < most) {
    const first = at;
    let number = 0;
    for (let code = line.charCodeAt(at); code >= ZERO && code <= NINE; code = line.charCodeAt(++at)) {
      number = number * 10 + (code - ZERO);
    }
    const next = skipBlanks(line, at);
    // Digits that touch something else are part of a word.
    const isCount = at > first && at - first <= MOST_DIGITS && (next > at || next === line.length);
    if (!isCount) return { counts, end: first };
    counts.push(at - first <= EXACT_DIGITS ? number : Number(line.slice(first, at)));
    at = next;
  }
  return { counts, end: at };
}

/** Where the word ends that begins at a position. */
export function endOfWord(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BLANK || code === TAB || code === NEWLINE) return at;
  }
  return text.length;
}

/** Where the next word begins, or the line ends. */
export function skipBlanks(line: string, start: number): number {
  let at = start;
  for (let code = line.charCodeAt(at); code === BLANK || code === TAB; code = line.charCodeAt(++at));
  return at;
}

/** As {@link scanCounts}, of a line that has nothing else from there on. */
export function parseCounts(line: string, start: number): number[] {
  const { counts, end } = scanCounts(line, start);
  if (end < line.length) throw new SyntaxError(`unexpected line ${quote(line)}`);
  return counts;
}

/** A whole number in hexadecimal digits as the kernel prints it, without `0x`: `0000a1f0`. */
export function parseHex(text: string): number {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new SyntaxError(`expected a hexadecimal number instead of ${quote(text)}`);
  return Number(`0x${text}`);
}
