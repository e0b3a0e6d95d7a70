import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { GrpcTransport } from '../../../src/export/otlp/grpc-transport.ts';
import { HttpTransport } from '../../../src/export/otlp/http-transport.ts';
import { TlsFiles, type TlsPaths } from '../../../src/export/otlp/tls-files.ts';
import { createCertificates, readKeyPair } from '../../support/certificates.ts';

const first = createCertificates();
const second = createCertificates();
after(() => {
  first[Symbol.dispose]();
  second[Symbol.dispose]();
});

/** Loads copies of the first certificates from a temporary directory. */
async function startWithFirst(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'tls-files-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const paths = { ca: join(directory, 'ca'), cert: join(directory, 'cert'), key: join(directory, 'key') };
  copyPair(first, paths);
  const messages: string[] = [];
  const write = (message: string): void => void messages.push(message);
  const files = await TlsFiles.load(paths, { info: write, warn: write } as unknown as Parameters<
    typeof TlsFiles.load
  >[1]);
  return { directory, paths, messages, files };
}

function copyPair({ ca, client }: typeof first, paths: Record<keyof TlsPaths, string>): void {
  copyFileSync(ca, paths.ca);
  copyFileSync(client.cert, paths.cert);
  copyFileSync(client.key, paths.key);
}

function contentsOf({ ca, client }: typeof first) {
  return { ca: readFileSync(ca), cert: readFileSync(client.cert), key: readFileSync(client.key) };
}

test('TlsFiles.current() returns the same object while the files do not change', async (context) => {
  const { files, paths, messages } = await startWithFirst(context);
  const contents = await files.current();
  copyPair(first, paths);
  assert.equal(await files.current(), contents);
  assert.deepEqual(contents, contentsOf(first));
  assert.deepEqual(messages, []);
});

test('TlsFiles.current() returns renewed files', async (context) => {
  const { files, paths, messages } = await startWithFirst(context);
  copyPair(second, paths);
  assert.deepEqual(await files.current(), contentsOf(second));
  await files.current();
  assert.deepEqual(messages, ['Using the renewed certificates for OTLP']);
});

test('TlsFiles.current() returns the previous files and warns once while only one file of a pair is new', async (context) => {
  const { files, paths, messages } = await startWithFirst(context);
  copyFileSync(second.client.cert, paths.cert);
  assert.deepEqual(await files.current(), contentsOf(first));
  assert.deepEqual(await files.current(), contentsOf(first));
  assert.match(messages.join('\n'), /^Cannot use the certificates for OTLP: .*; using the previous certificates$/);
  copyPair(second, paths);
  assert.deepEqual(await files.current(), contentsOf(second));
  assert.equal(messages.length, 2);
});

const DAMAGES: Readonly<Record<string, (paths: Record<keyof TlsPaths, string>) => void>> = {
  'an empty certificate': ({ cert }) => writeFileSync(cert, ''),
  'an empty key': ({ key }) => writeFileSync(key, ''),
  'an empty CA file': ({ ca }) => writeFileSync(ca, ''),
  'half a CA certificate': ({ ca }) => writeFileSync(ca, readFileSync(second.ca).subarray(0, 200)),
  'a second CA certificate that is incomplete': ({ ca }) =>
    writeFileSync(ca, Buffer.concat([readFileSync(second.ca), readFileSync(second.ca).subarray(0, 200)])),
  'a CA file without a certificate': ({ ca }) => writeFileSync(ca, 'certificate\n'),
  'a missing file': ({ key }) => rmSync(key),
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  test(`TlsFiles.current() returns the previous files for ${what}`, async (context) => {
    const { files, paths, messages } = await startWithFirst(context);
    copyPair(second, paths);
    damage(paths);
    assert.deepEqual(await files.current(), contentsOf(first));
    assert.equal(messages.length, 1);
  });

  test(`TlsFiles.load() rejects ${what}`, async (context) => {
    const { paths } = await startWithFirst(context);
    damage(paths);
    await assert.rejects(
      TlsFiles.load(paths, console as never),
      /^Error: Cannot (?:use the certificates for OTLP: |read \/)/,
    );
  });
}

test('TlsFiles.current() follows a directory that is replaced by a symbolic link, as in a Kubernetes secret', async (context) => {
  const { directory } = await startWithFirst(context);
  for (const [name, certificates] of [
    ['1', first],
    ['2', second],
  ] as const) {
    mkdirSync(join(directory, name));
    copyPair(certificates, {
      ca: join(directory, name, 'ca'),
      cert: join(directory, name, 'cert'),
      key: join(directory, name, 'key'),
    });
  }
  symlinkSync('1', join(directory, '..data'));
  const paths = {
    ca: join(directory, '..data/ca'),
    cert: join(directory, '..data/cert'),
    key: join(directory, '..data/key'),
  };
  const files = await TlsFiles.load(paths, { info: () => undefined, warn: () => assert.fail() } as never);
  assert.deepEqual(await files.current(), contentsOf(first));
  symlinkSync('2', join(directory, '..new'));
  renameSync(join(directory, '..new'), join(directory, '..data'));
  assert.deepEqual(await files.current(), contentsOf(second));
});

/** Starts a server that accepts every push and records the issuer of the client certificate. */
async function startServer(isGrpc: boolean) {
  const authorities: unknown[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const options = {
    ...readKeyPair(first.server),
    ca: [readFileSync(first.ca), readFileSync(second.ca)],
    requestCert: true,
    rejectUnauthorized: true,
  };
  const record = (socket: TLSSocket): void => {
    sockets.add(socket);
    authorities.push(socket.getPeerX509Certificate()?.verify(readPublicKey(first.ca)) === true ? 'first' : 'second');
  };
  const server = isGrpc
    ? createSecureServer(options).on('stream', (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true });
      })
    : createServer(options, (socket) => {
        socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
      });
  server.on('secureConnection', record);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    authorities,
    // A TCP server has an address with a port.
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function readPublicKey(path: string) {
  return new X509Certificate(readFileSync(path)).publicKey;
}

for (const isGrpc of [false, true]) {
  test(`${isGrpc ? 'GrpcTransport' : 'HttpTransport'} uses renewed files for the next push, and no connection with the previous files`, async (context) => {
    const { files, paths } = await startWithFirst(context);
    // Only the client certificate is renewed. The server still has a certificate of the first CA.
    const renew = (): void => {
      copyFileSync(second.client.cert, paths.cert);
      copyFileSync(second.client.key, paths.key);
    };
    using server = await startServer(isGrpc);
    const options = {
      endpoint: new URL(`https://localhost:${server.port}/v1/metrics`),
      headers: {},
      compressed: false,
      timeoutMs: 10_000,
      tls: files,
      proxy: undefined,
      userAgent: 'test',
    };
    const transport = isGrpc
      ? new GrpcTransport(options)
      : new HttpTransport({ ...options, contentType: 'application/json' });
    const send = async () => (await transport.send(await transport.encode(Buffer.from('{}')))).status;
    const results = [await send(), await send()];
    renew();
    results.push(await send(), await send());
    transport.close();
    assert.deepEqual(results, ['success', 'success', 'success', 'success']);
    assert.deepEqual(server.authorities, ['first', 'second']);
  });
}
