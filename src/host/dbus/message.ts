/**
 * The messages of D-Bus.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
import { Reader } from './reader.ts';
import { textOf, type Value } from './value.ts';
import { Writer } from './writer.ts';

/** A method to call; all its arguments are texts. */
export interface Call {
  /** None on a connection without a bus. */
  readonly destination?: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly arguments?: readonly string[];
}

export interface Message {
  readonly type: number;
  /** The serial of the call that it answers. */
  readonly replyTo: number | undefined;
  readonly errorName: string | undefined;
  readonly body: readonly Value[];
}

export const METHOD_CALL = 1;
export const METHOD_RETURN = 2;
export const ERROR = 3;

const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 } as const;

const LITTLE_ENDIAN = 'l'.charCodeAt(0);
const BIG_ENDIAN = 'B'.charCodeAt(0);
const VERSION = 1;

/** Endianness, type, flags, version, length of the body, serial, length of the fields. */
export const FIXED_BYTES = 16;
/** 20,000 units are some megabytes. */
const MOST_BYTES = 16 * 1024 * 1024;

export function encodeCall(serial: number, call: Call): Buffer {
  const { destination, path, interface: of, member, arguments: texts = [] } = call;
  const fields = new Writer();
  writeField(fields, FIELD.path, 'o', path);
  writeField(fields, FIELD.interface, 's', of);
  writeField(fields, FIELD.member, 's', member);
  if (destination !== undefined) writeField(fields, FIELD.destination, 's', destination);
  if (texts.length > 0) writeField(fields, FIELD.signature, 'g', 's'.repeat(texts.length));

  const body = new Writer();
  for (const text of texts) body.text(text);

  const message = new Writer();
  for (const byte of [LITTLE_ENDIAN, METHOD_CALL, 0, VERSION]) message.uint8(byte);
  for (const number of [body.length, serial, fields.length]) message.uint32(number);
  message.bytes(fields.toBuffer());
  message.align(8);
  message.bytes(body.toBuffer());
  return message.toBuffer();
}

/** A field is a structure of a byte and a variant. */
function writeField(writer: Writer, code: number, type: 'o' | 's' | 'g', text: string): void {
  writer.align(8);
  writer.uint8(code);
  writer.signature(type);
  if (type === 'g') writer.signature(text);
  else writer.text(text);
}

/** How many bytes the message has that begins with these {@link FIXED_BYTES}. */
export function messageLength(start: Buffer): number {
  const reader = new Reader(start, isLittleEndian(start));
  reader.position = 4;
  const body = reader.uint32();
  reader.position = 12;
  const length = padded(FIXED_BYTES + reader.uint32()) + body;
  if (length > MOST_BYTES) throw new SyntaxError(`expected a message of at most ${MOST_BYTES} bytes`);
  return length;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function isLittleEndian(start: Buffer): boolean {
  if (start[0] !== LITTLE_ENDIAN && start[0] !== BIG_ENDIAN) throw new SyntaxError('expected a message of D-Bus');
  return start[0] === LITTLE_ENDIAN;
}

/** @param bytes one message, whole */
export function decodeMessage(bytes: Buffer): Message {
  const reader = new Reader(bytes, isLittleEndian(bytes));
  const [, type = 0] = reader.readAll('yyyyuu');
  const fields = new Map<Value | undefined, Value | undefined>();
  for (const field of reader.readAll('a(yv)').flat()) {
    if (typeof field === 'object') fields.set(field[0], field[1]);
  }
  reader.align(8);
  const replyTo = fields.get(FIELD.replySerial);
  const errorName = fields.get(FIELD.errorName);
  return {
    type: Number(type),
    replyTo: typeof replyTo === 'number' ? replyTo : undefined,
    errorName: typeof errorName === 'string' ? errorName : undefined,
    body: reader.readAll(textOf(fields.get(FIELD.signature) ?? '')),
  };
}
