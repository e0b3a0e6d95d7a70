import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface UnixServer extends AsyncDisposable {
  /** Path of the socket. */
  readonly path: string;
}

/** Starts an HTTP server on a Unix socket. */
export function startHttpServer(handle: RequestListener): Promise<UnixServer> {
  return listen(createHttpServer(handle));
}

/** Starts a server on a Unix socket. It calls `handle` with each connection. */
export function startRawServer(handle: (socket: Socket) => void): Promise<UnixServer> {
  return listen(createServer(handle));
}

/**
 * Starts a gRPC server on a Unix socket.
 *
 * @param messages response messages by path of the method. All other methods fail with the status UNIMPLEMENTED (12).
 */
export function startGrpcServer(messages: Readonly<Record<string, Buffer>>): Promise<UnixServer> {
  const server = createHttp2Server();
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

async function listen(server: Server | Http2Server): Promise<UnixServer> {
  const directory = await mkdtemp(join(tmpdir(), 'socket-'));
  const path = join(directory, 'sock');
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
      await rm(directory, { recursive: true });
    },
  };
}
