import type { TextRange } from '../../metrics/label-cache.ts';

/** A page may be longer than the last one by so much. */
const MARGIN_BYTES = 64 * 1024;

/** A character of a text has at most three bytes in UTF-8: those beyond have two halves. */
const MOST_BYTES = 3;

/** Numbers, names, most labels: so few characters of ASCII are copied faster than by a call out of JavaScript. */
const SHORT = 48;
const LAST_ASCII = 0x7f;
const ZERO = 0x30;
const POINT = 0x2e;

/** Digits that are cut off together: what is left has few enough for the arithmetic of 32 bits. */
const BILLION = 1e9;
const DIGITS_OF_BILLION = 9;
const MOST_DIGITS = 16;

/** Of which parts a number is told: how many make a whole, and how many digits they take. */
export interface Decimals {
  readonly ofWhole: number;
  readonly digits: number;
}

export const MILLIONTHS: Decimals = { ofWhole: 1e6, digits: 6 };
export const BILLIONTHS: Decimals = { ofWhole: BILLION, digits: DIGITS_OF_BILLION };

/**
 * Text on its way to bytes. A page of 50,000 series put together as one string, and turned into bytes at the end, costs
 * five times as much.
 */
export class TextBuffer {
  #bytes: Buffer;
  #length = 0;
  readonly #number = nextNumber();

  /** @param memory where it is written, as long as there is room */
  constructor(memory: Buffer) {
    this.#bytes = memory;
  }

  write(text: string): void {
    this.#reserve(text.length * MOST_BYTES);
    if (text.length > SHORT || !this.#writeAscii(text)) {
      this.#length += this.#bytes.write(text, this.#length, 'utf8');
    }
  }

  /** For what is written again and again. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes a whole number from 0 to 2^53 in decimal digits: `String()` would leave a text behind for each. */
  writeWhole(number: number): void {
    this.#reserve(MOST_DIGITS);
    if (number < BILLION) {
      this.#writeDigits(number, digitsOf(number));
      return;
    }
    const billions = Math.floor(number / BILLION);
    this.#writeDigits(billions, digitsOf(billions));
    this.#writeDigits(number - billions * BILLION, DIGITS_OF_BILLION);
  }

  /** Writes so many parts as a decimal number, without zeros at its end. */
  writeDecimal(count: number, { ofWhole, digits }: Decimals): void {
    const whole = Math.floor(count / ofWhole);
    this.writeWhole(whole);
    this.#reserve(MOST_DIGITS);
    this.#bytes[this.#length] = POINT;
    this.#length += 1;
    this.#writeDigits(count - whole * ofWhole, digits);
    while (this.#bytes[this.#length - 1] === ZERO) this.#length -= 1;
  }

  /** Marks what was written from a position on, to be written again. */
  mark(span: TextRange, start: number): void {
    span.page = this.#number;
    span.start = start;
    span.length = this.#length - start;
  }

  /** @returns whether it was marked in this page; if not, nothing was written */
  repeat({ page, start, length }: TextRange): boolean {
    if (page !== this.#number) return false;
    this.#reserve(length);
    if (length > SHORT) this.#bytes.copyWithin(this.#length, start, start + length);
    else this.#copyShort(start, length);
    this.#length += length;
    return true;
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What the bytes are part of. */
  get memory(): Buffer {
    return this.#bytes;
  }

  /** @returns whether it was ASCII; if not, nothing was written */
  #writeAscii(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > LAST_ASCII) return false;
      this.#bytes[this.#length + index] = code;
    }
    this.#length += text.length;
    return true;
  }

  /** @param whole of less than so many digits, with zeros before it */
  #writeDigits(whole: number, digits: number): void {
    let rest = whole | 0;
    for (let index = this.#length + digits - 1; index >= this.#length; index -= 1) {
      const tenth = (rest / 10) | 0;
      this.#bytes[index] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += digits;
  }

  #copyShort(start: number, length: number): void {
    for (let index = 0; index < length; index += 1) this.#bytes[this.#length + index] = this.#bytes[start + index] ?? 0;
  }

  #reserve(bytes: number): void {
    const length = this.#length + bytes;
    if (length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

const pages = { count: 0 };

function nextNumber(): number {
  pages.count += 1;
  return pages.count;
}

/** Below a billion. */
function digitsOf(whole: number): number {
  let digits = 1;
  for (let power = 10; power <= whole; power *= 10) digits += 1;
  return digits;
}

/**
 * The memory of a page that was sent is that of the next one. It lies outside of V8's heap and yet counts towards the next
 * full collection: with new megabytes in each scrape there was one in each (*measured*: a fifth of the CPU time of a page of
 * 40,000 series).
 */
export class BufferPool {
  #spare: Buffer | undefined;
  #lastBytes = 0;

  /** For a page about as long as the last one. */
  take(): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    const isFit =
      spare !== undefined && this.#lastBytes <= spare.length && spare.length <= 2 * this.#lastBytes + 2 * MARGIN_BYTES;
    return isFit ? spare : Buffer.allocUnsafeSlow(this.#lastBytes + MARGIN_BYTES);
  }

  /** For the length of the next one. */
  measure(page: TextBuffer): void {
    this.#lastBytes = page.length;
  }

  /** Once nobody reads the page any more. */
  giveBack(page: TextBuffer): void {
    this.#spare = page.memory;
  }
}
