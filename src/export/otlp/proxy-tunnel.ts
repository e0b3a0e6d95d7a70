import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { sharedLookup } from '../../host/shared-lookup.ts';
import { toLogText } from './service-response.ts';

/**
 * Opens a connection through an HTTP proxy. https://www.rfc-editor.org/rfc/rfc9110#CONNECT
 *
 * @param proxy URL of the proxy, with credentials
 * @param target host and port to connect to: `collector:4317`, `[::1]:4317`
 * @param signal ends the attempt
 * @throws {Error} if the proxy cannot be reached, or does not open the connection
 */
export async function connectThroughProxy(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization = { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port,
    lookup: sharedLookup,
    method: 'CONNECT',
    path: target,
    headers: { Host: target, ...(credentials !== ':' && authorization) },
    agent: false,
    signal,
  });
  request.on('connect', ({ statusCode = 0, statusMessage = '' }, socket, head) => {
    if (statusCode < 200 || statusCode > 299) {
      socket.destroy();
      reject(new Error(toLogText(`the proxy responded ${statusCode} ${statusMessage}`)));
      return;
    }
    if (head.length > 0) socket.unshift(head);
    // The declared type is Duplex. In fact node:http emits a Socket, or for an https proxy its subclass TLSSocket.
    resolve(socket as Socket);
  });
  request.on('error', reject);
  request.on('close', () => reject(new Error('the proxy closed the connection')));
  request.end();
  return promise;
}
