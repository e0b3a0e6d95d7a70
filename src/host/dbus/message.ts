/**
 * Encoding and decoding of D-Bus messages.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
import { MessageReader } from './message-reader.ts';
import { MessageWriter } from './message-writer.ts';
import { type DbusValue, expectString } from './value.ts';

/** A method call whose arguments are all strings. */
export interface MethodCall {
  /** Bus name of the program to call; absent for a direct connection to a program. */
  readonly destination?: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly arguments?: readonly string[];
}

export interface DbusMessage {
  readonly type: number;
  /** Serial number of the call to which this message is the reply; `undefined` if the message is not a reply. */
  readonly replyTo: number | undefined;
  readonly errorName: string | undefined;
  /**
   * Decodes the body and returns its values. decodeMessage() does not decode the body, so that a malformed body costs only
   * one reply.
   *
   * @throws {SyntaxError} if the body is malformed
   */
  readBody(): readonly DbusValue[];
}

export const METHOD_CALL = 1;
export const METHOD_RETURN = 2;
export const ERROR = 3;

const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 } as const;

const LITTLE_ENDIAN = 'l'.charCodeAt(0);
const BIG_ENDIAN = 'B'.charCodeAt(0);
const VERSION = 1;

/** Size of the first part of each message: endianness, type, flags, version, body length, serial number, fields length. */
export const FIXED_BYTES = 16;
/** Maximum size of a message. A list of 20,000 systemd units takes a few megabytes. */
const MAX_BYTES = 16 * 1024 * 1024;

export function encodeCall(serial: number, call: MethodCall): Buffer {
  const { destination, path, interface: interfaceName, member, arguments: args = [] } = call;
  const fields = new MessageWriter();
  writeField(fields, FIELD.path, 'o', path);
  writeField(fields, FIELD.interface, 's', interfaceName);
  writeField(fields, FIELD.member, 's', member);
  if (destination !== undefined) writeField(fields, FIELD.destination, 's', destination);
  if (args.length > 0) writeField(fields, FIELD.signature, 'g', 's'.repeat(args.length));

  const body = new MessageWriter();
  for (const text of args) body.text(text);

  const message = new MessageWriter();
  for (const byte of [LITTLE_ENDIAN, METHOD_CALL, 0, VERSION]) message.uint8(byte);
  for (const number of [body.length, serial, fields.length]) message.uint32(number);
  message.bytes(fields.toBuffer());
  message.align(8);
  message.bytes(body.toBuffer());
  return message.toBuffer();
}

/** Writes a header field. A header field is a structure of a byte (the field code) and a variant (the value). */
function writeField(writer: MessageWriter, code: number, type: 'o' | 's' | 'g', text: string): void {
  writer.align(8);
  writer.uint8(code);
  writer.signature(type);
  if (type === 'g') writer.signature(text);
  else writer.text(text);
}

/**
 * Returns the length of a message in bytes.
 *
 * @param start at least the first {@link FIXED_BYTES} bytes of the message
 */
export function messageLength(start: Buffer): number {
  const reader = new MessageReader(start, isLittleEndian(start));
  reader.position = 4;
  const body = reader.uint32();
  reader.position = 12;
  const length = padded(FIXED_BYTES + reader.uint32()) + body;
  if (length > MAX_BYTES) throw new SyntaxError(`expected a message of at most ${MAX_BYTES} bytes`);
  return length;
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function isLittleEndian(start: Buffer): boolean {
  if (start[0] !== LITTLE_ENDIAN && start[0] !== BIG_ENDIAN) throw new SyntaxError('expected a D-Bus message');
  return start[0] === LITTLE_ENDIAN;
}

/**
 * @param bytes one complete message
 * @throws {SyntaxError} if the header is malformed
 */
export function decodeMessage(bytes: Buffer): DbusMessage {
  const reader = new MessageReader(bytes, isLittleEndian(bytes));
  const [, type = 0] = reader.readAll('yyyyuu');
  const fields = new Map<DbusValue | undefined, DbusValue | undefined>();
  for (const field of reader.readAll('a(yv)').flat()) {
    if (typeof field === 'object') fields.set(field[0], field[1]);
  }
  reader.align(8);
  const bodyStart = reader.position;
  const replyTo = fields.get(FIELD.replySerial);
  const errorName = fields.get(FIELD.errorName);
  return {
    type: Number(type),
    replyTo: typeof replyTo === 'number' ? replyTo : undefined,
    errorName: typeof errorName === 'string' ? errorName : undefined,
    readBody: () => {
      reader.position = bodyStart;
      return reader.readAll(expectString(fields.get(FIELD.signature) ?? ''));
    },
  };
}
