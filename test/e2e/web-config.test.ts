import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { kill, PROGRAM, type RunningProcess, run, waitForOutput } from './support/program.ts';

// The tests run the program and a custom exporter with web.yml and the options of Node.js in the image.

const DOCKERFILE = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8');
const OPTIONS = ['--permission', '--allow-fs-read=*', '--allow-net', '--allow-ffi'];

/** The password is `dave123`. */
const CONFIG = `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAnyClientCert
basic_auth_users:
  dave: $2y$04$7atYcaZfeYqDgPvIHlWxy.GfRXHaa.PEYcQL6N5o7fi892cmP7lBO
`;

const EXPORTER = `
import { createExporter } from ${JSON.stringify(pathToFileURL(PROGRAM))};
await createExporter({ name: 'shop_exporter', namespace: 'shop', port: 9999 });
`;

let certificates: Certificates;
let config: string;
let exporter: string;

before(() => {
  certificates = createCertificates();
  config = join(certificates.directory, 'web.yml');
  exporter = join(certificates.directory, 'exporter.mjs');
  writeFileSync(config, CONFIG);
  writeFileSync(exporter, EXPORTER);
});
after(() => certificates[Symbol.dispose]());

/** Returns the status of a response, which is 000 if there is none. */
function statusOf(url: string, ...args: readonly string[]): Promise<string> {
  const all = ['--silent', '--cacert', 'ca.pem', '--output', '/dev/null', '--write-out', '%{http_code}', ...args, url];
  return new Promise((resolve) => {
    execFile('curl', all, { cwd: certificates.directory }, (_error, stdout) => resolve(stdout));
  });
}

async function withProgram(args: readonly string[], use: (started: RunningProcess) => Promise<void>): Promise<void> {
  const started = run(process.execPath, [...OPTIONS, ...args]);
  try {
    await use(started);
  } finally {
    await kill(started);
  }
}

test('the options of Node.js in this test are those of the image', () => {
  for (const option of OPTIONS) assert.ok(DOCKERFILE.includes(JSON.stringify(option)));
});

for (const subject of ['the program', 'a custom exporter']) {
  test(`${subject} requires the certificates and passwords of web.yml, except for health probes`, async () => {
    const script = subject === 'the program' ? PROGRAM : exporter;
    const flags = [script, `--web.config.file=${config}`, '--web.listen-address=127.0.0.1:0'];
    await withProgram(flags, async (started) => {
      const url = await waitForOutput(started, /https:\/\/127\.0\.0\.1:\d+/);
      const certificate = ['--cert', 'client.pem', '--key', 'client.key'];
      const user = ['--user', 'dave:dave123'];
      assert.equal(await statusOf(`${url}/metrics`, ...certificate, ...user), '200');
      assert.equal(await statusOf(`${url}/metrics`, ...certificate), '401');
      assert.equal(await statusOf(`${url}/metrics`, ...user), '403');
      assert.equal(await statusOf(`${url}/health`), '200');
      const address = `--web.listen-address=${new URL(url).host}`;
      const check = [...OPTIONS, script, '--healthcheck', `--web.config.file=${config}`, address];
      assert.equal(spawnSync(process.execPath, check, { timeout: 30_000 }).status, 0);
    });
  });
}

test('the program reports a mistake in web.yml with exit code 2, also with --config.check', async () => {
  const file = join(certificates.directory, 'bad.yml');
  writeFileSync(file, 'tls_server_config:\n  cert: a\n  keys: b\n');
  for (const flags of [[], ['--config.check']]) {
    const started = run(process.execPath, [PROGRAM, `--web.config.file=${file}`, ...flags]);
    assert.equal((await started.ended).code, 2);
    assert.equal(started.output(), `otel-node-exporter: Cannot parse ${file}: unknown key "keys" in line 3\n`);
  }
});

test('the program serves a socket of systemd', { skip: !existsSync('/usr/bin/systemd-socket-activate') }, async () => {
  const address = join(certificates.directory, 'activated.sock');
  const command = [process.execPath, ...OPTIONS, PROGRAM, '--web.systemd-socket'];
  const started = run('/usr/bin/systemd-socket-activate', [`--listen=${address}`, ...command]);
  try {
    await waitForOutput(started, /Listening on/);
    assert.equal(await statusOf('http://localhost/health', '--unix-socket', address), '200');
  } finally {
    await kill(started);
  }
});

test('the program does not start without a socket of systemd', async () => {
  const started = run(process.execPath, [PROGRAM, '--web.systemd-socket']);
  assert.equal((await started.ended).code, 1);
  assert.match(started.output(), /Cannot listen: systemd passes no sockets to this process/);
});
