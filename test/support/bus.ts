import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { MessageReader } from '../../src/host/dbus/message-reader.ts';
import { MessageWriter } from '../../src/host/dbus/message-writer.ts';
import { alignmentOf, type DbusType, parseSignature } from '../../src/host/dbus/signature.ts';
import type { DbusValue } from '../../src/host/dbus/value.ts';

/** What a program on the bus is asked. */
export interface Question {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly arguments: readonly DbusValue[];
}

/** What it answers: values with their types, an error, or nothing for ever. */
export type Reply =
  | { readonly signature: string; readonly values: readonly Sent[] }
  | { readonly error: string }
  | 'silence';

/** A value to send; a variant says its type: `{ type: 't', value: 17n }`. */
export type Sent =
  | string
  | number
  | bigint
  | boolean
  | readonly Sent[]
  | { readonly type: string; readonly value: Sent };

export type Program = (question: Question) => Reply;

/** Properties of objects, by path, `interface.name`. */
export type Properties = Readonly<Record<string, Readonly<Record<string, readonly [type: string, value: Sent]>>>>;

export const NO_SUCH_THING: Reply = { error: 'org.freedesktop.DBus.Error.UnknownProperty' };

/** Answers `Properties.Get`. */
export function answerProperty(properties: Properties, { path, arguments: [of, name] }: Question): Reply {
  const [type, value] = properties[path]?.[`${of}.${name}`] ?? [];
  return type === undefined || value === undefined ? NO_SUCH_THING : { signature: 'v', values: [{ type, value }] };
}

/** A bus with one program on it, at a socket of its own. It says of the authentication what the test wants. */
export async function startFakeBus(
  path: string,
  program: Program,
  { greeting = 'OK 0123456789abcdef0123456789abcdef' }: { readonly greeting?: string } = {},
): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serveClient(socket, program, greeting);
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

function serveClient(socket: Socket, program: Program, greeting: string): void {
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
    received = takeMessages(received, (message) => answer(socket, program, message));
  });
}

/** A program on a real bus: it takes a name there and answers until it is disposed of. */
export async function joinBus(path: string, name: string, program: Program): Promise<AsyncDisposable> {
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
    received = takeMessages(received, (message) => {
      if (message.replyTo === 2) ready.resolve();
      if (message.type === METHOD_CALL) answer(socket, program, message);
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

interface Incoming extends Question {
  readonly type: number;
  readonly serial: number;
  readonly replyTo: DbusValue | undefined;
  readonly sender: string | undefined;
}

/** @returns the bytes after the last whole message */
function takeMessages(received: Buffer, take: (message: Incoming) => void): Buffer {
  while (received.length >= 16) {
    const length = Math.ceil((16 + received.readUInt32LE(12)) / 8) * 8 + received.readUInt32LE(4);
    if (received.length < length) break;
    take(decode(received.subarray(0, length)));
    received = received.subarray(length);
  }
  return received;
}

function decode(bytes: Buffer): Incoming {
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

function answer(socket: Socket, program: Program, question: Incoming): void {
  const reply = question.member === 'Hello' ? { signature: 's', values: [':1.1'] } : program(question);
  if (reply === 'silence') return;
  const destination: Field[] = question.sender === undefined ? [] : [[6, 's', question.sender]];
  const replyTo: Field = [5, 'u', question.serial];
  if ('error' in reply) {
    const fields: Field[] = [[4, 's', reply.error], replyTo, ...destination];
    socket.write(encode(ERROR, 7, fields, 's', [`The program says ${reply.error}`]));
  } else {
    socket.write(encode(METHOD_RETURN, 7, [replyTo, ...destination], reply.signature, reply.values));
  }
}

type Field = readonly [code: number, type: string, value: Sent];

function encodeBusCall(serial: number, member: string, signature: string, values: readonly Sent[]): Buffer {
  const bus = 'org.freedesktop.DBus';
  const fields: Field[] = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', bus],
    [3, 's', member],
    [6, 's', bus],
  ];
  return encode(METHOD_CALL, serial, fields, signature, values);
}

function encode(type: number, serial: number, fields: readonly Field[], signature: string, values: readonly Sent[]) {
  const all: Field[] = signature === '' ? [...fields] : [...fields, [8, 'g', signature]];
  const header = new MessageWriter();
  for (const byte of ['l'.charCodeAt(0), type, 0, 1]) header.uint8(byte);
  const body = new MessageWriter();
  for (const [index, part] of parseSignature(signature).entries()) write(body, part, values[index] ?? '');
  header.uint32(body.length);
  header.uint32(serial);
  const sent = all.map(([code, fieldType, value]) => [code, { type: fieldType, value }]);
  for (const part of parseSignature('a(yv)')) write(header, part, sent);
  header.align(8);
  header.bytes(body.toBuffer());
  return header.toBuffer();
}

function write(writer: MessageWriter, type: DbusType, value: Sent): void {
  writer.align(alignmentOf(type.code));
  if ('element' in type) writeArray(writer, type.element, value as readonly Sent[]);
  else if ('members' in type) {
    const values = value as readonly Sent[];
    for (const [index, member] of type.members.entries()) write(writer, member, values[index] ?? '');
  } else writeBasic(writer, type.code, value);
}

function writeBasic(writer: MessageWriter, code: string, value: Sent): void {
  if (code === 'v') {
    const variant = value as { readonly type: string; readonly value: Sent };
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

/** The length comes before the padding of the first element, which is no part of it. */
function writeArray(writer: MessageWriter, element: DbusType, values: readonly Sent[]): void {
  const start = writer.length + 4;
  const gap = (alignmentOf(element.code) - (start % alignmentOf(element.code))) % alignmentOf(element.code);
  const content = new MessageWriter();
  // Elements lie as they will in the message.
  content.bytes(Buffer.alloc((start + gap) % 8));
  const before = content.length;
  for (const value of values) write(content, element, value);
  writer.uint32(content.length - before);
  writer.bytes(Buffer.alloc(gap));
  writer.bytes(content.toBuffer().subarray(before));
}
