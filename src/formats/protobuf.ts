/**
 * Protocol Buffers on the wire, as far as messages of texts need it: a field is a number and a kind, texts and messages
 * are preceded by their length. https://protobuf.dev/programming-guides/encoding/
 */

/** Of each field that has a length, what was sent, in that order. */
export type Fields = ReadonlyMap<number, readonly Buffer[]>;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

export function parseFields(message: Buffer): Fields {
  const fields = new Map<number, Buffer[]>();
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = readVarint(message, cursor);
    const [field, kind] = [tag >>> 3, tag & 7];
    const bytes = readValue(message, cursor, kind);
    if (bytes === undefined) continue;
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [bytes]);
    else values.push(bytes);
  }
  return fields;
}

/** Of each field that is a number of at most 32 bits without a sign, the last one sent. */
export function parseNumbers(message: Buffer): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  const cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = readVarint(message, cursor);
    if ((tag & 7) === VARINT) numbers.set(tag >>> 3, readVarint(message, cursor));
    else readValue(message, cursor, tag & 7);
  }
  return numbers;
}

interface Cursor {
  at: number;
}

/** @returns the bytes of a field that has a length; nothing of any other, which is passed over */
function readValue(message: Buffer, cursor: Cursor, kind: number): Buffer | undefined {
  switch (kind) {
    case VARINT:
      readVarint(message, cursor);
      return undefined;
    case FIXED64:
      take(message, cursor, 8);
      return undefined;
    case FIXED32:
      take(message, cursor, 4);
      return undefined;
    case LENGTH:
      return take(message, cursor, readVarint(message, cursor));
    default:
      throw new SyntaxError(`unexpected field of kind ${kind} at byte ${cursor.at}`);
  }
}

function take(message: Buffer, cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (end > message.length) throw new SyntaxError(`expected ${length} bytes at byte ${cursor.at}`);
  const bytes = message.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

/** Lengths and tags have at most 32 bits; of larger numbers, which nobody asks for, only the end matters. */
const MOST_BYTES = 10;

function readVarint(message: Buffer, cursor: Cursor): number {
  let number = 0;
  for (let index = 0; index < MOST_BYTES; index += 1) {
    const byte = take(message, cursor, 1)[0] ?? 0;
    if (index < 5) number += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return number;
  }
  throw new SyntaxError(`expected a number at byte ${cursor.at}`);
}

export function textField(fields: Fields, field: number): string | undefined {
  // The last one counts.
  const text = fields.get(field)?.at(-1)?.toString('utf8');
  return text === '' ? undefined : text;
}

export function messageField(fields: Fields, field: number): Fields {
  const message = fields.get(field)?.at(-1);
  return message === undefined ? new Map() : parseFields(message);
}

export function messagesField(fields: Fields, field: number): readonly Fields[] {
  return (fields.get(field) ?? []).map(parseFields);
}

/** A map is a list of messages with a key and a value. */
export function textMapField(fields: Fields, field: number): ReadonlyMap<string, string> {
  return new Map(messagesField(fields, field).map((entry) => [textField(entry, 1) ?? '', textField(entry, 2) ?? '']));
}
