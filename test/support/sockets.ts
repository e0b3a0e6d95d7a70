import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Listening extends AsyncDisposable {
  readonly path: string;
}

/** An HTTP server on a Unix socket. */
export function listenHttp(handle: RequestListener): Promise<Listening> {
  return listen(createHttp(handle));
}

/** A server that does with each connection what the test says. */
export function listenRaw(handle: (socket: Socket) => void): Promise<Listening> {
  return listen(createServer(handle));
}

/** A gRPC server that answers each method with a message, and others with "unimplemented". */
export function listenGrpc(messages: Readonly<Record<string, Buffer>>): Promise<Listening> {
  const server = createHttp2();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const message = messages[headers[':path'] ?? ''];
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': message === undefined ? '12' : '0' }));
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message?.length ?? 0, 1);
    stream.end(message === undefined ? undefined : Buffer.concat([prefix, message]));
  });
  return listen(server);
}

async function listen(server: Server | Http2Server): Promise<Listening> {
  const folder = await mkdtemp(join(tmpdir(), 'socket-'));
  const path = join(folder, 'sock');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true });
    },
  };
}

/** A field of Protocol Buffers that has a length. */
export function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
