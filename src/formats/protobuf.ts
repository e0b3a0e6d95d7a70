/**
 * Parses Protocol Buffers messages without their schema. `@bufbuild/protobuf/wire` adds 9 kB to the bundle for the same, and takes
 * 2.1 ms instead of 1.4 ms for a list of 1,000 containers.
 *
 * https://protobuf.dev/programming-guides/encoding/
 */
import { ByteReader } from '../util/byte-reader.ts';

/** Values of the length-delimited fields (texts, bytes and messages) by field number, in the order of the message. */
export type ProtobufFields = ReadonlyMap<number, readonly Buffer[]>;

/** https://protobuf.dev/programming-guides/encoding/#structure */
const VARINT = 0;
const I64 = 1;
const LEN = 2;
const I32 = 5;

/** Parses the length-delimited fields of a message. Other fields are skipped. */
export function parseFields(message: Buffer): ProtobufFields {
  const fields = new Map<number, Buffer[]>();
  const reader = new ByteReader(message);
  while (!reader.isAtEnd) {
    const { field, wireType } = readTag(reader);
    if (wireType !== LEN) {
      skipValue(reader, wireType);
      continue;
    }
    const value = reader.read(readVarint(reader));
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [value]);
    else values.push(value);
  }
  return fields;
}

/** Parses the fields of a message that are unsigned integers of up to 32 bits. Of a repeated field, the last value counts. */
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

/** An integer of 64 bits has 10 bytes of 7 bits. */
const MAX_VARINT_BYTES = 10;
/** Tags, lengths and the parsed numbers have up to 32 bits. Higher bits are dropped. */
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

/** Returns the fields of the last message of a field; no fields if there is no message. */
export function getMessage(fields: ProtobufFields, field: number): ProtobufFields {
  const message = fields.get(field)?.at(-1);
  return message === undefined ? new Map() : parseFields(message);
}

/** Returns the fields of all messages of a field. */
export function getMessages(fields: ProtobufFields, field: number): readonly ProtobufFields[] {
  return (fields.get(field) ?? []).map(parseFields);
}

/** Returns a field of type `map<string, string>`, which is a list of messages with a key and a value. */
export function getTextMap(fields: ProtobufFields, field: number): ReadonlyMap<string, string> {
  return new Map(getMessages(fields, field).map((entry) => [getText(entry, 1) ?? '', getText(entry, 2) ?? '']));
}
