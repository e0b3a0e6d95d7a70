/** Writes values in the format of D-Bus messages: little-endian, and each number aligned to its size. */
export class MessageWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  uint8(value: number): void {
    this.bytes(Buffer.from([value]));
  }

  uint32(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.bytes(bytes);
  }

  text(text: string): void {
    this.uint32(Buffer.byteLength(text));
    this.bytes(Buffer.from(`${text}\0`));
  }

  signature(signature: string): void {
    this.uint8(signature.length);
    this.bytes(Buffer.from(`${signature}\0`));
  }

  align(size: number): void {
    this.bytes(Buffer.alloc((size - (this.#length % size)) % size));
  }

  bytes(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
