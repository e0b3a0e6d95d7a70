import type { TextBuffer } from './text-buffer.ts';

/** A page may be larger than the one before it by this much without a new allocation. */
const MARGIN_BYTES = 64 * 1024;

/**
 * Holds the memory of a page that was sent, for the next page. The memory lies outside of V8's heap but counts towards
 * the next full collection: with a new allocation per scrape each scrape had one (*measured*: a fifth of the CPU time
 * for a page of 40,000 series).
 */
export class BufferPool {
  #spare: Buffer | undefined;
  #lastBytes = 0;

  /** Returns memory for a page about as large as the last one. */
  take(): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    const isFit =
      spare !== undefined && this.#lastBytes <= spare.length && spare.length <= 2 * this.#lastBytes + 2 * MARGIN_BYTES;
    return isFit ? spare : Buffer.allocUnsafeSlow(this.#lastBytes + MARGIN_BYTES);
  }

  /** Sets the expected size of the next page. */
  measure(page: TextBuffer): void {
    this.#lastBytes = page.length;
  }

  /** Call it when the page is not used any more. */
  giveBack(page: TextBuffer): void {
    this.#spare = page.memory;
  }
}
