import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkHealth } from '../../src/cli/healthcheck.ts';
import { createCertificates } from '../support/certificates.ts';
import { CLOSED_PORT } from '../support/closed-port.ts';
import { createHostTree } from '../support/host-tree.ts';
import { serveWeb } from '../support/web-server.ts';

const SCRIPT = '/app/main.mjs';

/** Starts a server on a free port of the loopback interface. The server responds to `/health` with a status. */
async function serveHealth(status: number): Promise<Server & { readonly port: number }> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

function check(argv: readonly string[], env: Record<string, string> = {}): Promise<void> {
  return checkHealth({ argv, env, script: SCRIPT });
}

test('checkHealth() requests /health from the listener of the flags', async () => {
  await using server = await serveHealth(200);
  await check(['--healthcheck', `--web.listen-address=127.0.0.1:${server.port}`]);
  await check(['--healthcheck', '--web.listen-port', String(server.port)]);
});

test('checkHealth() requests /health from the listener of the environment', async () => {
  await using server = await serveHealth(200);
  await check(['--healthcheck'], { EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${server.port}` });
});

test('checkHealth() ignores flags of collectors', async () => {
  await using server = await serveHealth(200);
  await check([
    '--healthcheck',
    '--no-collector.mine',
    '--collector.mine.size',
    '5',
    `--web.listen-port=${server.port}`,
  ]);
});

test('checkHealth() requests /health from every listener', async () => {
  await using good = await serveHealth(200);
  await using bad = await serveHealth(503);
  const flags = [good, bad].map(({ port }) => `--web.listen-address=127.0.0.1:${port}`);
  await assert.rejects(check(['--healthcheck', ...flags]), {
    message: `Cannot get http://127.0.0.1:${bad.port}/health: status 503`,
  });
});

test('checkHealth() fails without a listener', async () => {
  await assert.rejects(check(['--healthcheck', `--web.listen-port=${CLOSED_PORT}`]), {
    message: `Cannot get http://127.0.0.1:${CLOSED_PORT}/health: ECONNREFUSED`,
  });
});

test('checkHealth() fails after 3 seconds without a response', async () => {
  await using server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await assert.rejects(check(['--healthcheck', `--web.listen-port=${port}`]), {
    message: `Cannot get http://127.0.0.1:${port}/health: no response within 3000 ms`,
  });
  server.closeAllConnections();
});

test('checkHealth() without flags uses those of the exporter in the same container', async () => {
  await using server = await serveHealth(200);
  await using machine = await createHostTree({
    'proc/self/cgroup': '0::/\n',
    'proc/1/cgroup': '0::/../../init.scope\n',
    'proc/1/cmdline': `/usr/local/bin/node\0${SCRIPT}\0--web.listen-port=1\0`,
    'proc/20/cgroup': '0::/\n',
    'proc/20/cmdline': `/usr/local/bin/node\0${SCRIPT}\0--web.listen-port=${server.port}\0`,
    'proc/30/cgroup': '0::/\n',
    'proc/30/cmdline': `/usr/local/bin/node\0${SCRIPT}\0--healthcheck\0`,
    'proc/40/cgroup': '0::/\n',
    'proc/meminfo': '',
  });
  await checkHealth({ argv: ['--healthcheck'], env: {}, script: SCRIPT }, { procfs: machine.host.proc });
});

test('checkHealth() requests /health by TLS, without a certificate of its own', async (context) => {
  using certificates = createCertificates();
  const config = join(certificates.directory, 'web.yml');
  for (const type of ['NoClientCert', 'RequireAnyClientCert']) {
    writeFileSync(
      config,
      `tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n  client_auth_type: ${type}\n`,
    );
    const { port } = await serveWeb(context, config);
    const address = `--web.listen-address=127.0.0.1:${port}`;
    await check(['--healthcheck', `--web.config.file=${config}`, address]);
    await assert.rejects(check(['--healthcheck', address]), {
      message: `Cannot get http://127.0.0.1:${port}/health: ECONNRESET`,
    });
  }
});

test('checkHealth() requests /health from a Unix socket', async () => {
  using certificates = createCertificates();
  const path = join(certificates.directory, 'exporter.sock');
  const address = `--web.listen-address=unix://${path}`;
  await assert.rejects(check(['--healthcheck', address]), {
    message: `Cannot get /health from unix://${path}: ENOENT`,
  });
  await using server = createServer((_request, response) => response.end()).listen(path);
  await once(server, 'listening');
  await check(['--healthcheck', address]);
});
