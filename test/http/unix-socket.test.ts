import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inheritedSockets } from '../../src/config/listen-address.ts';
import { createCertificates } from '../support/certificates.ts';
import { listen } from '../support/servers.ts';
import { serveWeb } from '../support/web-server.ts';

function socketPath(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'socket-'));
  context.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'exporter.sock');
}

async function statusOf(path: string): Promise<number | undefined> {
  const [response] = (await once(get({ socketPath: path, path: '/', agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

const serve = (path: string) => listen((_request, response) => response.end(), { addresses: [{ path }] });

test('Servers.listen() listens on a Unix socket and removes it at the end', async (context) => {
  const path = socketPath(context);
  const servers = await serve(path);
  assert.deepEqual(servers.urls, [`unix://${path}`]);
  assert.equal(await statusOf(path), 200);
  await servers.close(0);
  assert.equal(existsSync(path), false);
});

test('Servers.listen() replaces the Unix socket of a process that was killed', async (context) => {
  const path = socketPath(context);
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['--eval', script, path]);
  assert.equal(existsSync(path), true);
  const servers = await serve(path);
  assert.equal(await statusOf(path), 200);
  await servers.close(0);
});

test('Servers.listen() does not replace the Unix socket of a running process', async (context) => {
  const path = socketPath(context);
  await using other = createServer().listen(path);
  await once(other, 'listening');
  await assert.rejects(serve(path), { message: `Cannot listen on unix://${path}: the path is in use` });
  assert.equal(existsSync(path), true);
});

test('Servers.listen() does not replace a regular file', async (context) => {
  const path = socketPath(context);
  writeFileSync(path, 'data');
  await assert.rejects(serve(path), { message: `Cannot listen on unix://${path}: the path is in use` });
});

test('Servers.listen() serves TLS on a Unix socket', async (context) => {
  using certificates = createCertificates();
  const path = socketPath(context);
  const config = join(certificates.directory, 'web.yml');
  writeFileSync(config, 'tls_server_config: {cert_file: server.pem, key_file: server.key}\n');
  await serveWeb(context, config, { addresses: [{ path }] });
  const client = spawn('curl', [
    '--silent',
    '--cacert',
    certificates.ca,
    '--unix-socket',
    path,
    'https://localhost/metrics',
  ]);
  const [body] = await once(client.stdout, 'data');
  assert.equal(String(body), 'up 1\n');
});

test('inheritedSockets() returns the descriptors that systemd passes to this process', () => {
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7), [{ fd: 3 }, { fd: 4 }]);
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '8', LISTEN_FDS: '2' }, 7), []);
  assert.deepEqual(inheritedSockets({ LISTEN_PID: '7', LISTEN_FDS: 'two' }, 7), []);
  assert.deepEqual(inheritedSockets({}, 7), []);
});

/** A program that serves the first descriptor of systemd as the exporter does. */
const INHERITING = `
import { listen } from ${JSON.stringify(join(import.meta.dirname, '../support/servers.ts'))};
import { inheritedSockets } from ${JSON.stringify(join(import.meta.dirname, '../../src/config/listen-address.ts'))};
const servers = await listen((_request, response) => response.end('ok'), { addresses: inheritedSockets(process.env) });
process.stdout.write(servers.urls.join());
`;

test('Servers.listen() listens on a socket that the parent process opened', async (context) => {
  const parent = createServer().listen(0, '127.0.0.1');
  await once(parent, 'listening');
  const { port } = parent.address() as AddressInfo;
  // After exec, the program has the process ID of the shell.
  const shell = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" --input-type=module --eval "$1"';
  const descriptor = Number(Reflect.get(Reflect.get(parent, '_handle'), 'fd'));
  const child = spawn('sh', ['-c', shell, process.execPath, INHERITING], {
    stdio: ['ignore', 'pipe', 'inherit', descriptor],
  });
  context.after(() => child.kill());
  parent.close();
  assert.ok(child.stdout);
  const [urls] = await once(child.stdout, 'data');
  assert.equal(String(urls), `http://127.0.0.1:${port}`);
  const response = await fetch(String(urls));
  assert.equal(await response.text(), 'ok');
});
