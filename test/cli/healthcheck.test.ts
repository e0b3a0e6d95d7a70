import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { checkHealth } from '../../src/cli/healthcheck.ts';
import { CLOSED_PORT } from '../support/closed-port.ts';
import { createHostTree } from '../support/host-tree.ts';

const SCRIPT = '/app/main.mjs';

/** A server on a free port of the loopback that answers /health with a status. */
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

test('checkHealth() asks the listener that the flags name', async () => {
  await using server = await serveHealth(200);
  await check(['--healthcheck', `--web.listen-address=127.0.0.1:${server.port}`]);
  await check(['--healthcheck', '--web.listen-port', String(server.port)]);
});

test('checkHealth() asks the listener that the environment names', async () => {
  await using server = await serveHealth(200);
  await check(['--healthcheck'], { EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${server.port}` });
});

test('checkHealth() does not mind flags of collectors, which it does not load', async () => {
  await using server = await serveHealth(200);
  await check([
    '--healthcheck',
    '--no-collector.mine',
    '--collector.mine.size',
    '5',
    `--web.listen-port=${server.port}`,
  ]);
});

test('checkHealth() asks every listener', async () => {
  await using good = await serveHealth(200);
  await using bad = await serveHealth(503);
  const flags = [good, bad].map(({ port }) => `--web.listen-address=127.0.0.1:${port}`);
  await assert.rejects(check(['--healthcheck', ...flags]), {
    message: `Unexpected answer from http://127.0.0.1:${bad.port}/health: 503`,
  });
});

test('checkHealth() says when nobody listens', async () => {
  await assert.rejects(check(['--healthcheck', `--web.listen-port=${CLOSED_PORT}`]), {
    message: `No answer from http://127.0.0.1:${CLOSED_PORT}/health: ECONNREFUSED`,
  });
});

test('checkHealth() says when a listener takes the connection and answers nothing', async () => {
  await using server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await assert.rejects(check(['--healthcheck', `--web.listen-port=${port}`]), {
    message: `No answer from http://127.0.0.1:${port}/health within 3000 ms`,
  });
  server.closeAllConnections();
});

test('checkHealth() without flags takes those of the exporter in its container', async () => {
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
  await checkHealth({ argv: ['--healthcheck'], env: {}, script: SCRIPT }, machine.host.proc);
});
