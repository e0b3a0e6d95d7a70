import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { parseWebConfig } from '../../../src/config/web/web-config.ts';
import { TlsConnections } from '../../../src/http/tls/tls-connections.ts';
import { createTlsServer } from '../../../src/http/tls/tls-server.ts';
import type { Limit } from '../../../src/util/limit-counter.ts';
import { type Certificates, createCertificates, readKeyPair } from '../../support/certificates.ts';
import { listen } from '../../support/servers.ts';
import { serveWeb, type WebServer } from '../../support/web-server.ts';

let certificates: Certificates;
before(() => {
  certificates = createCertificates();
});
after(() => certificates[Symbol.dispose]());

const TLS = ['tls_server_config:', '  cert_file: server.pem', '  key_file: server.key'];
const REQUEST = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n';

async function serve(
  context: TestContext,
  lines = TLS,
  maxConnections = 1000,
): Promise<WebServer & { limits: Limit[] }> {
  const file = join(certificates.directory, 'web.yml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const limits: Limit[] = [];
  const server = await serveWeb(context, file, { maxConnections, onLimit: (limit) => limits.push(limit) });
  return { ...server, limits };
}

async function openTls({ port }: WebServer, options: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

async function openTcp({ port }: WebServer): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function responseOf(socket: Socket, request = REQUEST): Promise<string> {
  socket.write(request);
  const [chunk] = await once(socket, 'data');
  return String(chunk);
}

test('Servers serve several requests on one TLS connection', async (context) => {
  const socket = await openTls(await serve(context));
  for (let count = 0; count < 3; count += 1) assert.match(await responseOf(socket), /^HTTP\/1.1 200 OK/);
  socket.destroy();
});

test('Servers answer requests that were sent ahead on a TLS connection in order', async (context) => {
  const server = await serve(context);
  const socket = await openTls(server);
  socket.write(REQUEST.repeat(500));
  let count = 0;
  for await (const chunk of socket) {
    count += String(chunk).split('up 1\n').length - 1;
    if (count === 500) break;
  }
  assert.deepEqual(server.limits, []);
});

test('Servers count a connection from its start, before the handshake', async (context) => {
  const server = await serve(context, TLS, 2);
  const first = await openTcp(server);
  const closed = closeOf(first);
  const others = [await openTcp(server), await openTls(server)];
  await closed;
  assert.deepEqual(server.limits, ['connections']);
  assert.match(await responseOf(others[1] as Socket), /200 OK/);
  for (const socket of others) socket.destroy();
});

test('Servers close a TLS connection that exceeds the limit', async (context) => {
  const server = await serve(context, TLS, 1);
  const first = await openTls(server);
  assert.match(await responseOf(first), /200 OK/);
  const closed = closeOf(first);
  const second = await openTls(server);
  await closed;
  assert.match(await responseOf(second), /200 OK/);
  second.destroy();
});

test('TlsConnections closes a connection whose handshake exceeds its time limit', async (context) => {
  const config = parseWebConfig(TLS.join('\n'), certificates.directory);
  assert.ok(config.tls);
  const tls = new TlsConnections({ current: { config, tlsServer: createTlsServer(config.tls, 50) } });
  const servers = await listen((_request, response) => response.end(), { tls });
  context.after(() => servers.close(0));
  const socket = connectTcp(Number(servers.urls[0]?.split(':').at(-1)), '127.0.0.1');
  await closeOf(socket);
});

test('Servers survive connections that are reset during the handshake', async (context) => {
  const server = await serve(context);
  for (let count = 0; count < 20; count += 1) {
    const socket = await openTcp(server);
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x01, 0x00, 0x01]));
    socket.resetAndDestroy();
  }
  const socket = await openTls(server);
  assert.match(await responseOf(socket), /200 OK/);
  socket.destroy();
});

test('Servers refuse the renegotiation of TLS 1.2', async (context) => {
  const server = await serve(context, [...TLS, '  max_version: TLS12']);
  const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${server.port}`], { stdio: 'pipe' });
  let output = '';
  for (const stream of [client.stdout, client.stderr]) stream.on('data', (chunk) => (output += chunk));
  client.stdin.on('error', () => undefined);
  while (!output.includes('Verify return code')) await once(client.stdout, 'data');
  client.stdin.write('R\n');
  await once(client, 'close');
  assert.match(output, /no renegotiation/);
});

test('Servers check the certificate of a client again when the client resumes its session', async (context) => {
  const rules = ['  client_ca_file: ca.pem', '  client_auth_type: RequireAndVerifyClientCert'];
  const server = await serve(context, [...TLS, ...rules]);
  for (const [pair, expected] of [
    [readKeyPair(certificates.client), /200 OK/],
    [{}, /403 Forbidden/],
  ] as const) {
    const first = await openTls(server, { ...pair, maxVersion: 'TLSv1.2' });
    assert.match(await responseOf(first), expected);
    const session = first.getSession();
    first.destroy();
    const second = await openTls(server, { session, maxVersion: 'TLSv1.2' });
    assert.match(await responseOf(second), expected);
    second.destroy();
  }
});

test('Servers.close() closes connections whose handshake has not ended', async (context) => {
  const server = await serve(context);
  const socket = await openTcp(server);
  await openTls(server);
  const closed = closeOf(socket);
  await server.servers.close(0);
  await closed;
});
