import type { TextBuffer } from './text-buffer.ts';

/** Additional size of a buffer, so that the next page may be larger than the last page. */
const MARGIN_BYTES = 64 * 1024;

/**
 * Holds the memory of a page after it was sent, for the next page. The memory is outside of V8's heap, but each allocation
 * brings the next full garbage collection closer. With a new allocation for each scrape, every scrape caused a full
 * collection (*measured*: a fifth of the CPU time for a page of 40,000 series).
 */
export class BufferPool {
  #spare: Buffer | undefined;
  #lastBytes = 0;

  /** Returns memory for a page that is about as large as the last page. */
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

  /** Takes back the memory of a page that is not used any more. */
  giveBack(page: TextBuffer): void {
    this.#spare = page.memory;
  }
}
