import { alignmentOf, type DbusType, parseSignature } from './signature.ts';
import type { DbusValue } from './value.ts';

/** Maximum depth of nested variants. Messages of systemd have a smaller depth. */
const MAX_DEPTH = 16;

/** Reads the values of a message from left to right. Each method throws a `SyntaxError` if the bytes end too early. */
export class MessageReader {
  position = 0;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  #depth = 0;

  constructor(bytes: Buffer, isLittle: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = isLittle;
  }

  readAll(signature: string): DbusValue[] {
    return parseSignature(signature).map((type) => this.read(type));
  }

  read(type: DbusType): DbusValue {
    this.align(alignmentOf(type.code));
    if ('element' in type) return this.#readArray(type.element);
    if ('members' in type) return type.members.map((member) => this.read(member));
    switch (type.code) {
      case 's':
      case 'o':
        return this.#readText(this.uint32());
      case 'g':
        return this.#readText(this.uint8());
      case 'v':
        return this.#readVariant();
      case 'b':
        return this.uint32() !== 0;
      default:
        return this.#readNumber(type.code);
    }
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), this.#isLittle);
  }

  align(size: number): void {
    const over = this.position % size;
    if (over !== 0) this.#take(size - over);
  }

  #readNumber(code: string): number {
    const view = this.#view;
    const isLittle = this.#isLittle;
    switch (code) {
      case 'y':
        return this.uint8();
      case 'n':
        return view.getInt16(this.#take(2), isLittle);
      case 'q':
        return view.getUint16(this.#take(2), isLittle);
      case 'i':
        return view.getInt32(this.#take(4), isLittle);
      case 'x':
        return Number(view.getBigInt64(this.#take(8), isLittle));
      case 't':
        return Number(view.getBigUint64(this.#take(8), isLittle));
      case 'd':
        return view.getFloat64(this.#take(8), isLittle);
      default:
        return this.uint32();
    }
  }

  #readText(length: number): string {
    const start = this.#take(length + 1);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #readArray(element: DbusType): DbusValue[] {
    const length = this.uint32();
    this.align(alignmentOf(element.code));
    const end = this.position + length;
    const values: DbusValue[] = [];
    // The loop also ends at an element of size 0. Otherwise the position would never reach the end.
    while (this.position < end) {
      const before = this.position;
      values.push(this.read(element));
      if (this.position === before) break;
    }
    if (this.position !== end) throw new SyntaxError('unexpected length of an array');
    return values;
  }

  #readVariant(): DbusValue {
    const [type, ...more] = parseSignature(this.#readText(this.uint8()));
    if (type === undefined || more.length > 0 || this.#depth === MAX_DEPTH) {
      throw new SyntaxError('expected a variant of one type');
    }
    this.#depth += 1;
    const value = this.read(type);
    this.#depth -= 1;
    return value;
  }

  /** Moves past the next bytes and returns their position. */
  #take(size: number): number {
    const start = this.position;
    if (start + size > this.#bytes.length) throw new SyntaxError('unexpected end of the message');
    this.position += size;
    return start;
  }
}
