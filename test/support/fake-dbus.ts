import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { MessageReader } from '../../src/host/dbus/message-reader.ts';
import { MessageWriter } from '../../src/host/dbus/message-writer.ts';
import { alignmentOf, type DbusType, parseSignature } from '../../src/host/dbus/signature.ts';
import type { DbusValue } from '../../src/host/dbus/value.ts';

/** A method call that the service receives. */
export interface MethodCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly arguments: readonly DbusValue[];
}

/** Reply of the service: values with their signature, the name of an error, or no reply. */
export type MethodReply =
  | { readonly signature: string; readonly values: readonly OutgoingValue[] }
  | { readonly error: string }
  | 'no-reply';

/** A value that the service sends. A variant contains its type: `{ type: 't', value: 17n }`. */
export type OutgoingValue =
  | string
  | number
  | bigint
  | boolean
  | readonly OutgoingValue[]
  | { readonly type: string; readonly value: OutgoingValue };

/** Returns the reply of a service on the bus to a method call. */
export type BusService = (call: MethodCall) => MethodReply;

/**
 * Properties of objects. An outer key is the path of an object; an inner key has the form `interface.name`. Each property
 * has a type and a value.
 */
export type ObjectProperties = Readonly<
  Record<string, Readonly<Record<string, readonly [type: string, value: OutgoingValue]>>>
>;

export const UNKNOWN_PROPERTY: MethodReply = { error: 'org.freedesktop.DBus.Error.UnknownProperty' };

/** Returns the reply to `Properties.Get`. */
export function replyToGet(properties: ObjectProperties, { path, arguments: [target, name] }: MethodCall): MethodReply {
  const [type, value] = properties[path]?.[`${target}.${name}`] ?? [];
  return type === undefined || value === undefined ? UNKNOWN_PROPERTY : { signature: 'v', values: [{ type, value }] };
}

/**
 * Starts a bus on a Unix socket, with one service.
 *
 * @param greeting reply to the client's authentication
 */
export async function startFakeBus(
  path: string,
  service: BusService,
  { greeting = 'OK 0123456789abcdef0123456789abcdef' }: { readonly greeting?: string } = {},
): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serveClient(socket, service, greeting);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(path, { force: true });
    },
  };
}

function serveClient(socket: Socket, service: BusService, greeting: string): void {
  let received: Buffer = Buffer.alloc(0);
  let isAuthorized = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (!isAuthorized) {
      const lines = received.toString('latin1').split('\r\n');
      if (lines.length === 2 && /^\0AUTH EXTERNAL [0-9a-f]+$/.test(lines[0] ?? '')) {
        socket.write(`${greeting}\r\n`);
        received = Buffer.alloc(0);
        return;
      }
      if (lines[0] !== 'BEGIN') return;
      isAuthorized = true;
      received = received.subarray('BEGIN\r\n'.length);
    }
    received = consumeMessages(received, (message) => reply(socket, service, message));
  });
}

/** Connects a service to a real bus under a name. The service replies to calls until its disposal. */
export async function serveOnBus(path: string, name: string, service: BusService): Promise<AsyncDisposable> {
  const socket = connect({ path });
  const ready = Promise.withResolvers<void>();
  let received: Buffer = Buffer.alloc(0);
  let isAuthorized = false;
  socket.on('error', ready.reject);
  socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`);
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (!isAuthorized) {
      const end = received.indexOf('\r\n');
      if (end < 0) return;
      received = received.subarray(end + 2);
      isAuthorized = true;
      socket.write('BEGIN\r\n');
      socket.write(encodeBusCall(1, 'Hello', '', []));
      socket.write(encodeBusCall(2, 'RequestName', 'su', [name, 0]));
    }
    received = consumeMessages(received, (message) => {
      if (message.replyTo === 2) ready.resolve();
      if (message.type === METHOD_CALL) reply(socket, service, message);
    });
  });
  await ready.promise;
  return {
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;

interface IncomingMessage extends MethodCall {
  readonly type: number;
  readonly serial: number;
  readonly replyTo: DbusValue | undefined;
  readonly sender: string | undefined;
}

/** Calls `handle` with each complete message, and returns the bytes after the last complete message. */
function consumeMessages(received: Buffer, handle: (message: IncomingMessage) => void): Buffer {
  while (received.length >= 16) {
    const length = Math.ceil((16 + received.readUInt32LE(12)) / 8) * 8 + received.readUInt32LE(4);
    if (received.length < length) break;
    handle(decode(received.subarray(0, length)));
    received = received.subarray(length);
  }
  return received;
}

function decode(bytes: Buffer): IncomingMessage {
  const reader = new MessageReader(bytes, true);
  const [, type, , , , serial] = reader.readAll('yyyyuu');
  const [list] = reader.readAll('a(yv)');
  const fields = new Map((list as DbusValue[][]).map(([code, value]) => [code, value]));
  reader.align(8);
  return {
    type: Number(type),
    serial: Number(serial),
    path: String(fields.get(1)),
    interface: String(fields.get(2)),
    member: String(fields.get(3)),
    replyTo: fields.get(5),
    sender: fields.get(7)?.toString(),
    arguments: reader.readAll(String(fields.get(8) ?? '')),
  };
}

function reply(socket: Socket, service: BusService, call: IncomingMessage): void {
  const methodReply = call.member === 'Hello' ? { signature: 's', values: [':1.1'] } : service(call);
  if (methodReply === 'no-reply') return;
  const destination: Field[] = call.sender === undefined ? [] : [[6, 's', call.sender]];
  const replyTo: Field = [5, 'u', call.serial];
  if ('error' in methodReply) {
    const fields: Field[] = [[4, 's', methodReply.error], replyTo, ...destination];
    socket.write(encode(ERROR, 7, fields, 's', [`Details of ${methodReply.error}`]));
  } else {
    socket.write(encode(METHOD_RETURN, 7, [replyTo, ...destination], methodReply.signature, methodReply.values));
  }
}

type Field = readonly [code: number, type: string, value: OutgoingValue];

function encodeBusCall(serial: number, member: string, signature: string, values: readonly OutgoingValue[]): Buffer {
  const bus = 'org.freedesktop.DBus';
  const fields: Field[] = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', bus],
    [3, 's', member],
    [6, 's', bus],
  ];
  return encode(METHOD_CALL, serial, fields, signature, values);
}

function encode(
  type: number,
  serial: number,
  fields: readonly Field[],
  signature: string,
  values: readonly OutgoingValue[],
) {
  const all: Field[] = signature === '' ? [...fields] : [...fields, [8, 'g', signature]];
  const header = new MessageWriter();
  for (const byte of ['l'.charCodeAt(0), type, 0, 1]) header.uint8(byte);
  const body = new MessageWriter();
  for (const [index, part] of parseSignature(signature).entries()) write(body, part, values[index] ?? '');
  header.uint32(body.length);
  header.uint32(serial);
  const encoded = all.map(([code, fieldType, value]) => [code, { type: fieldType, value }]);
  for (const part of parseSignature('a(yv)')) write(header, part, encoded);
  header.align(8);
  header.bytes(body.toBuffer());
  return header.toBuffer();
}

function write(writer: MessageWriter, type: DbusType, value: OutgoingValue): void {
  writer.align(alignmentOf(type.code));
  if ('element' in type) writeArray(writer, type.element, value as readonly OutgoingValue[]);
  else if ('members' in type) {
    const values = value as readonly OutgoingValue[];
    for (const [index, member] of type.members.entries()) write(writer, member, values[index] ?? '');
  } else writeBasic(writer, type.code, value);
}

function writeBasic(writer: MessageWriter, code: string, value: OutgoingValue): void {
  if (code === 'v') {
    const variant = value as { readonly type: string; readonly value: OutgoingValue };
    writer.signature(variant.type);
    for (const inner of parseSignature(variant.type)) write(writer, inner, variant.value);
  } else if (code === 'y') writer.uint8(Number(value));
  else if (code === 'g') writer.signature(String(value));
  else if (code === 'u' || code === 'b') writer.uint32(Number(value));
  else if (code === 't') {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value as bigint));
    writer.bytes(bytes);
  } else writer.text(String(value));
}

/** Writes an array: the length of the elements in bytes, then padding, then the elements. */
function writeArray(writer: MessageWriter, element: DbusType, values: readonly OutgoingValue[]): void {
  const start = writer.length + 4;
  const padding = (alignmentOf(element.code) - (start % alignmentOf(element.code))) % alignmentOf(element.code);
  const content = new MessageWriter();
  // Start at the position that the elements have in the message, because the padding between elements depends on their
  // position.
  content.bytes(Buffer.alloc((start + padding) % 8));
  const contentStart = content.length;
  for (const value of values) write(content, element, value);
  writer.uint32(content.length - contentStart);
  writer.bytes(Buffer.alloc(padding));
  writer.bytes(content.toBuffer().subarray(contentStart));
}
