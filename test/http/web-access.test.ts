import assert from 'node:assert/strict';
import { copyFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { type Certificates, createCertificates } from '../support/certificates.ts';
import { serveWeb, type WebServer } from '../support/web-server.ts';

let certificates: Certificates;
before(() => {
  certificates = createCertificates();
});
after(() => certificates[Symbol.dispose]());

const TLS = 'tls_server_config:\n  cert_file: cert.pem\n  key_file: cert.key\n';
/** Hashes of `alice123` and `bob123`. */
const ALICE = '$2a$04$0ZfxX8Ir7b1sGiIdpZPCue5BnHb3MDHkH6JfEA4aPRkP6GxXT28sO';
const BOB = '$2b$04$5Kez.hUxvO6mU8fguESSBOs3KIKbf0eej/xgG4Sb9gvMbMC8n2lui';

function path(name: string): string {
  return join(certificates.directory, name);
}

/** Writes a file whose last change is long ago, so that the exporter reads it at once. */
function write(name: string, text: string): string {
  writeFileSync(path(name), text);
  settle(name);
  return path(name);
}

function settle(name: string): void {
  utimesSync(path(name), new Date(0), new Date(0));
}

function useCertificate(name: string): void {
  copyFileSync(path(`${name}.pem`), path('cert.pem'));
  copyFileSync(path(`${name}.key`), path('cert.key'));
  settle('cert.pem');
  settle('cert.key');
}

/** Returns the common name in the certificate of a server. */
async function certificateOf({ port }: WebServer): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  socket.once('error', reject);
  socket.once('secureConnect', () => resolve(socket.getPeerX509Certificate()?.subject));
  return promise.finally(() => socket.destroy());
}

function statusOf({ url }: WebServer, auth?: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const request = httpRequest(`${url}/metrics`, { agent: false, ...(auth && { auth }) }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  request.once('error', reject).end();
  return promise;
}

async function serveTls(context: TestContext, now?: () => number): Promise<WebServer> {
  useCertificate('server');
  return serveWeb(context, write('web.yml', TLS), now && { now });
}

test('WebAccessSource uses a renewed certificate for the next connection', async (context) => {
  const server = await serveTls(context);
  assert.equal(await certificateOf(server), 'CN=server');
  useCertificate('untrusted');
  assert.equal(await certificateOf(server), 'CN=untrusted');
  assert.deepEqual(server.messages, ['Using the changed web configuration']);
});

test('WebAccessSource uses the previous certificate while the key belongs to another one, and logs it once', async (context) => {
  const server = await serveTls(context);
  copyFileSync(path('untrusted.pem'), path('cert.pem'));
  settle('cert.pem');
  assert.equal(await certificateOf(server), 'CN=server');
  assert.equal(await certificateOf(server), 'CN=server');
  assert.deepEqual(server.messages, [
    'Cannot use the certificates of tls_server_config: error:05800074:x509 certificate routines::key values mismatch; using the previous web configuration',
  ]);
  copyFileSync(path('untrusted.key'), path('cert.key'));
  settle('cert.key');
  assert.equal(await certificateOf(server), 'CN=untrusted');
});

test('WebAccessSource uses the previous certificate after its file is removed', async (context) => {
  const server = await serveTls(context);
  rmSync(path('cert.pem'));
  assert.equal(await certificateOf(server), 'CN=server');
  assert.deepEqual(server.messages, [`Cannot read ${path('cert.pem')}: ENOENT; using the previous web configuration`]);
});

test('WebAccessSource reads an invalid configuration again after 5 seconds', async (context) => {
  let now = 0;
  const server = await serveTls(context, () => now);
  write('web.yml', TLS.replaceAll('cert.', 'later.'));
  assert.equal(await certificateOf(server), 'CN=server');
  copyFileSync(path('untrusted.pem'), path('later.pem'));
  copyFileSync(path('untrusted.key'), path('later.key'));
  now = 4999;
  assert.equal(await certificateOf(server), 'CN=server');
  now = 5000;
  assert.equal(await certificateOf(server), 'CN=untrusted');
  assert.equal(server.messages.length, 2);
});

test('WebAccessSource does not read a file that changed a moment ago', async (context) => {
  const server = await serveTls(context);
  writeFileSync(path('web.yml'), 'junk: true\n');
  assert.equal(await certificateOf(server), 'CN=server');
  assert.deepEqual(server.messages, []);
});

test('WebAccessSource applies changed users to the next request', async (context) => {
  const server = await serveWeb(context, write('users.yml', `basic_auth_users:\n  alice: ${ALICE}\n`));
  assert.deepEqual([await statusOf(server, 'alice:alice123'), await statusOf(server, 'bob:bob123')], [200, 401]);
  write('users.yml', `basic_auth_users:\n  bob: ${BOB}\n`);
  assert.deepEqual([await statusOf(server, 'alice:alice123'), await statusOf(server, 'bob:bob123')], [401, 200]);
});

test('WebAccessSource uses the previous users while the file is invalid', async (context) => {
  const file = write('users.yml', `basic_auth_users:\n  alice: ${ALICE}\n`);
  const server = await serveWeb(context, file);
  write('users.yml', `basic_auth_users:\n  alice: ${ALICE}\n  bob: bob123\n`);
  assert.deepEqual([await statusOf(server, 'alice:alice123'), await statusOf(server, 'bob:bob123')], [200, 401]);
  assert.deepEqual(server.messages, [
    `Cannot parse ${file}: invalid password of user "bob": expected a hash of bcrypt in line 3; using the previous web configuration`,
  ]);
});

test('WebAccessSource does not open the listeners if the file becomes empty', async (context) => {
  const users = write('users.yml', `basic_auth_users:\n  alice: ${ALICE}\n`);
  const server = await serveWeb(context, users);
  write('users.yml', '');
  assert.equal(await statusOf(server), 401);
  assert.deepEqual(server.messages, [
    `Cannot use the changed ${users} before a restart: the change removes all users; using the previous web configuration`,
  ]);
});

test('WebAccessSource does not turn TLS on or off before a restart', async (context) => {
  const encrypted = await serveTls(context);
  write('web.yml', `basic_auth_users:\n  alice: ${ALICE}\n`);
  assert.equal(await certificateOf(encrypted), 'CN=server');
  assert.match(encrypted.messages.join(), /before a restart: the change turns TLS off/);
  const plain = await serveWeb(context, write('plain.yml', ''));
  write('plain.yml', TLS);
  assert.equal(await statusOf(plain), 200);
  assert.match(plain.messages.join(), /before a restart: the change turns TLS on/);
});
