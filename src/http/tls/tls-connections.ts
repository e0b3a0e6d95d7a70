import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import { closeAtOnce, rawSocketOf } from '../raw-socket.ts';
import type { WebAccess, WebAccessSource } from '../web-access.ts';
import { checkCertificate } from './client-certificate.ts';

/** Called with the decrypted connection after the handshake. */
type OnSecure = (secure: TLSSocket) => void;

/** Runs the handshake of each new connection with the configuration that applies at this time. */
export class TlsConnections {
  readonly #source: Pick<WebAccessSource, 'current'>;
  readonly #handshakes = new WeakMap<Socket, OnSecure>();
  /** Servers that already report the end of their handshakes to this object. */
  readonly #prepared = new WeakSet<Server>();
  /** Connections whose client sent no certificate although the configuration requires one. */
  readonly #withoutCertificate = new WeakSet<Socket>();

  constructor(source: Pick<WebAccessSource, 'current'>) {
    this.#source = source;
  }

  /** Starts the handshake of a connection. Closes the connection if the handshake fails or the certificate is rejected. */
  start(raw: Socket, onSecure: OnSecure): void {
    const access = this.#source.current;
    if (access.tlsServer === undefined) {
      raw.destroy();
      return;
    }
    this.#prepare(access.tlsServer, access);
    this.#handshakes.set(raw, onSecure);
    access.tlsServer.emit('connection', raw);
  }

  /** Returns whether the client of a connection has to send a certificate, but sent none. */
  lacksCertificate(socket: Socket): boolean {
    return this.#withoutCertificate.has(socket);
  }

  #prepare(server: Server, { config }: WebAccess): void {
    if (this.#prepared.has(server)) return;
    this.#prepared.add(server);
    server.on('secureConnection', (secure) => {
      const onSecure = this.#handshakes.get(rawSocketOf(secure));
      const result = config.tls && checkCertificate(secure, config.tls);
      if (onSecure === undefined || result === undefined || result === 'rejected') {
        closeAtOnce(secure);
        return;
      }
      if (result === 'absent') this.#withoutCertificate.add(secure);
      onSecure(secure);
    });
    server.on('tlsClientError', (_error, secure) => secure.destroy());
  }
}
