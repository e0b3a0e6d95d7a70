/**
 * Parses Protocol Buffers messages without their schema. For a list of 1,000 containers, this parser takes 1.4 ms. The
 * package `@bufbuild/protobuf/wire` would take 2.1 ms, and add 9 kB to the bundle.
 *
 * https://protobuf.dev/programming-guides/encoding/
 */
import { ByteReader } from '../util/byte-reader.ts';

/**
 * Values of the length-delimited fields (texts, bytes and messages), by field number. A repeated field has its values in
 * the order of the message.
 */
export type ProtobufFields = ReadonlyMap<number, readonly Buffer[]>;

/** Wire types: https://protobuf.dev/programming-guides/encoding/#structure */
const VARINT = 0;
const I64 = 1;
const LEN = 2;
const I32 = 5;

/** Maximum number of values that a message may contain. An empty value has two bytes, but its `Buffer` takes a hundred. */
const MAX_VALUES = 100_000;

/**
 * Parses the length-delimited fields of a message. Other fields are skipped.
 *
 * @throws {SyntaxError} if the message is malformed or contains more than 100,000 values
 */
export function parseFields(message: Buffer): ProtobufFields {
  const fields = new Map<number, Buffer[]>();
  let count = 0;
  const reader = new ByteReader(message);
  while (!reader.isAtEnd) {
    const { field, wireType } = readTag(reader);
    if (wireType !== LEN) {
      skipValue(reader, wireType);
      continue;
    }
    count += 1;
    if (count > MAX_VALUES) throw new SyntaxError(`expected at most ${MAX_VALUES} values`);
    const value = reader.read(readVarint(reader));
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [value]);
    else values.push(value);
  }
  return fields;
}

/**
 * Parses the fields of a message that are unsigned integers of up to 32 bits. Returns the last value of a repeated field.
 */
export function parseNumbers(message: Buffer): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  const reader = new ByteReader(message);
  while (!reader.isAtEnd) {
    const { field, wireType } = readTag(reader);
    if (wireType === VARINT) numbers.set(field, readVarint(reader));
    else skipValue(reader, wireType);
  }
  return numbers;
}

function readTag(reader: ByteReader): { readonly field: number; readonly wireType: number } {
  const start = reader.position;
  const tag = readVarint(reader);
  const field = Math.floor(tag / 8);
  if (field < 1 || field > MAX_FIELD) throw new SyntaxError(`unexpected field ${field} at byte ${start}`);
  return { field, wireType: tag % 8 };
}

const MAX_FIELD = 2 ** 29 - 1;

function skipValue(reader: ByteReader, wireType: number): void {
  switch (wireType) {
    case VARINT:
      readVarint(reader);
      break;
    case I64:
      reader.skip(8);
      break;
    case I32:
      reader.skip(4);
      break;
    case LEN:
      reader.skip(readVarint(reader));
      break;
    default:
      throw new SyntaxError(`unexpected wire type ${wireType} at byte ${reader.position}`);
  }
}

/** Maximum length of an integer in bytes. An integer has up to 64 bits, and each byte contains 7 of these bits. */
const MAX_VARINT_BYTES = 10;
/** Number of bytes of an integer that are decoded. Tags, lengths and the parsed numbers have at most 32 bits. */
const MAX_PARSED_BYTES = 5;

function readVarint(reader: ByteReader): number {
  let number = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = reader.uint8();
    if (index < MAX_PARSED_BYTES) number += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return number;
  }
  throw new SyntaxError(`expected the end of a number at byte ${reader.position}`);
}

/** Returns the last text of a field; `undefined` for an absent or empty text. */
export function getText(fields: ProtobufFields, field: number): string | undefined {
  return fields.get(field)?.at(-1)?.toString('utf8') || undefined;
}

/**
 * Returns the fields of the message in a field, or of the last message if the field is repeated. Returns an empty map if
 * the field is absent.
 */
export function getMessage(fields: ProtobufFields, field: number): ProtobufFields {
  const message = fields.get(field)?.at(-1);
  return message === undefined ? new Map() : parseFields(message);
}

/** Returns the fields of each message in a repeated field. */
export function getMessages(fields: ProtobufFields, field: number): readonly ProtobufFields[] {
  return (fields.get(field) ?? []).map(parseFields);
}

/**
 * Returns a field of type `map<string, string>`. Each entry is a message with the key in field 1 and the value in field 2.
 */
export function getTextMap(fields: ProtobufFields, field: number): ReadonlyMap<string, string> {
  return new Map(getMessages(fields, field).map((entry) => [getText(entry, 1) ?? '', getText(entry, 2) ?? '']));
}
