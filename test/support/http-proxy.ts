import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface HttpProxy extends AsyncDisposable {
  readonly port: number;
  /** The requests in order: method and target, and the value of `Proxy-Authorization`. */
  readonly requests: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/**
 * Starts an HTTP proxy on the loopback interface. The proxy connects to the loopback interface for every host name, so that
 * tests can use names that do not exist.
 *
 * @param options.status status of the response to CONNECT. For a status other than 200, the proxy opens no connection.
 */
export async function startHttpProxy({ status = 200 } = {}): Promise<HttpProxy> {
  const requests: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const record = (target: string, headers: IncomingHttpHeaders): void => {
    requests.push({ target, authorization: headers['proxy-authorization'] });
  };
  const server = createServer((incoming, outgoing) => {
    record(`${incoming.method} ${incoming.url}`, incoming.headers);
    const { port, pathname } = new URL(incoming.url ?? '');
    const forwarded = request({ host: '127.0.0.1', port, path: pathname, method: 'POST' }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502);
      response.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  server.on('connect', (incoming, client) => {
    record(`CONNECT ${incoming.url}`, incoming.headers);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
