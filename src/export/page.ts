const FIRST_BYTES = 64 * 1024;

/** A character of a text has at most three bytes in UTF-8: those beyond have two halves. */
const MOST_BYTES = 3;

/**
 * Text on its way to bytes. A page of 50,000 series put together as one string, and turned into bytes at the end, costs
 * five times as much.
 */
export class Page {
  #bytes: Buffer;
  #length = 0;

  /** @param expected how many bytes it will have, as far as that is known */
  constructor(expected = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(expected, FIRST_BYTES));
  }

  write(text: string): void {
    this.#reserve(text.length * MOST_BYTES);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** For what is written again and again. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** For numbers: a few characters of ASCII are faster copied one by one than by a call out of JavaScript. */
  writeAscii(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index += 1) {
      this.#bytes[this.#length + index] = text.charCodeAt(index);
    }
    this.#length += text.length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const length = this.#length + bytes;
    if (length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
