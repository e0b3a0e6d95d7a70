/** A page may be longer than the last one by so much. */
const MARGIN_BYTES = 64 * 1024;

/** A character of a text has at most three bytes in UTF-8: those beyond have two halves. */
const MOST_BYTES = 3;

/** Numbers, names, most labels: so few characters of ASCII are copied faster than by a call out of JavaScript. */
const SHORT = 48;
const LAST_ASCII = 0x7f;

/**
 * Text on its way to bytes. A page of 50,000 series put together as one string, and turned into bytes at the end, costs
 * five times as much.
 */
export class Page {
  #bytes: Buffer;
  #length = 0;

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

  #reserve(bytes: number): void {
    const length = this.#length + bytes;
    if (length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/**
 * The memory of a page that was sent is that of the next one. It lies outside of V8's heap and yet counts towards the next
 * full collection: with new megabytes in each scrape there was one in each (*measured*: a fifth of the CPU time of a page of
 * 40,000 series).
 */
export class PageMemory {
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
  measure(page: Page): void {
    this.#lastBytes = page.length;
  }

  /** Once nobody reads the page any more. */
  giveBack(page: Page): void {
    this.#spare = page.memory;
  }
}
