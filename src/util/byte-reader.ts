/**
 * Reads bytes from left to right. Numbers are big-endian. Every method throws a `SyntaxError` if the bytes end too early.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** Returns the next bytes without copying them. */
  read(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#advance(8));
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  /** Moves past the next bytes and returns their position. */
  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw new SyntaxError(`expected ${length} bytes at byte ${start}`);
    this.#position += length;
    return start;
  }
}
