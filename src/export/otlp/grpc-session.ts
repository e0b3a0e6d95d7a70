import type { ClientHttp2Session } from 'node:http2';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { sharedLookup } from '../../host/shared-lookup.ts';
import { codeOf } from '../../util/errors.ts';
import { type HttpTransportOptions, IDLE_TIMEOUT_MS } from './http-transport.ts';
import { connectThroughProxy } from './proxy-tunnel.ts';
import type { TlsContents } from './tls-files.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

type Target = Pick<HttpTransportOptions, 'endpoint' | 'proxy'>;

interface SessionOptions {
  readonly contents: TlsContents | undefined;
  /** Signal that ends the attempt to connect. */
  readonly signal: AbortSignal;
}

/**
 * Opens an HTTP/2 connection to an endpoint: with TLS for `https`, without TLS for `http`, and to a Unix socket for `unix`.
 *
 * @throws {Error} if the endpoint or the proxy cannot be reached
 */
export async function openHttp2Session(
  { endpoint, proxy }: Target,
  { contents, signal }: SessionOptions,
): Promise<ClientHttp2Session> {
  // node:http2 is loaded on demand: it takes long to load.
  const { connect } = await import('node:http2');
  const plain = await openSocket({ endpoint, proxy }, signal);
  const socket = endpoint.protocol === 'https:' ? await startTls(plain, endpoint, { contents, signal }) : plain;
  const authority = endpoint.protocol === 'unix:' ? 'http://localhost' : endpoint.origin;
  const session = connect(authority, { createConnection: () => socket });
  // The stream of the running call handles the same error. Without a listener, the event would end the program.
  session.on('error', () => undefined);
  session.setTimeout(IDLE_TIMEOUT_MS, () => session.close());
  return session;
}

async function openSocket({ endpoint, proxy }: Target, signal: AbortSignal): Promise<Socket> {
  const host = endpoint.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = endpoint.port || (DEFAULT_PORTS[endpoint.protocol] ?? '');
  if (proxy !== undefined) return connectThroughProxy(proxy, `${endpoint.hostname}:${port}`, signal);
  const socket =
    endpoint.protocol === 'unix:'
      ? netConnect(decodeURIComponent(endpoint.pathname))
      : netConnect({ host, port: Number(port), noDelay: true, lookup: sharedLookup });
  return untilEvent(socket, 'connect', signal);
}

async function startTls(socket: Socket, endpoint: URL, { contents, signal }: SessionOptions): Promise<Socket> {
  const name = endpoint.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = tlsConnect({
    ...contents,
    socket,
    ALPNProtocols: ['h2'],
    host: name,
    // The extension of TLS for the server name does not allow an IP address.
    ...(isIP(name) === 0 && { servername: name }),
  });
  try {
    return await untilEvent(secure, 'secureConnect', signal);
  } catch (error) {
    // A server without TLS closes the connection. The new error message shows that this happened in the TLS handshake.
    throw codeOf(error) === 'ECONNRESET' ? new Error('connection closed in the TLS handshake') : error;
  }
}

/**
 * Waits for an event of a socket, and returns the socket.
 *
 * @throws {Error} if the socket fails or closes before the event, or if the signal is aborted
 */
async function untilEvent<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  socket.once(event, resolve).on('error', reject);
  socket.once('close', () => reject(new Error('connection closed')));
  try {
    signal.throwIfAborted();
    await promise;
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
