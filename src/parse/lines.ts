/**
 * The shapes that kernel files share. Every function throws `SyntaxError` with the offending text in quotes; the
 * reader of the file puts the path before it.
 */

const SHOWN = 80;

/** The text in quotes, cut to a length that fits a log line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

/**
 * A decimal number as the kernel prints it: `42`, `-1`, `0.57`. Nothing else: no blanks, exponents, `nan` or `0x`.
 * Numbers above 2^53 become the nearest double, as a conversion from `u64` would.
 */
export function parseDecimal(text: string): number {
  if (!/^-?\d{1,20}(\.\d{1,20})?$/.test(text)) throw new SyntaxError(`expected a number instead of ${quote(text)}`);
  return Number(text);
}

/** A decimal number that is not negative. */
export function parseUnsigned(text: string): number {
  const number = parseDecimal(text);
  if (number < 0) throw new SyntaxError(`expected a number that is not negative instead of ${quote(text)}`);
  return number;
}

/** A file that holds one number and a newline. */
export function parseNumberFile(text: string): number {
  return parseDecimal(text.trim());
}

/** A file that holds one line of text; the newline is not part of it. */
export function parseLine(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** A sysfs attribute that holds one line of text; blanks around it are not part of it. */
export function parseText(text: string): string {
  return text.trim();
}

/** A sysfs attribute that holds a whole number, decimal or as `0x1f`; blanks around it are not part of it. */
export function parseIntegerFile(text: string): number {
  const number = text.trim();
  if (!/^(-?\d{1,20}|0x[0-9a-f]{1,16})$/i.test(number)) {
    throw new SyntaxError(`expected a whole number instead of ${quote(number)}`);
  }
  return Number(number);
}

/** The lines of a file without the empty ones. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The words of a line, parted by blanks and tabs. */
export function wordsOf(line: string): string[] {
  return line.split(/[ \t]+/).filter((word) => word !== '');
}
