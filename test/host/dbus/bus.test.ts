import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bus } from '../../../src/host/dbus/bus.ts';
import { AbsentError } from '../../../src/host/host.ts';
import { startFakeBus } from '../../support/fake-dbus.ts';

const CALL = { destination: 'org.example', path: '/org/example', interface: 'org.example.Echo', member: 'Echo' };
const TIMEOUT = 10_000;

interface SocketPath extends AsyncDisposable {
  readonly path: string;
}

/** Returns a path for a socket in a new directory. Disposal removes the directory. */
async function createSocketPath(): Promise<SocketPath> {
  const directory = await mkdtemp(join(tmpdir(), 'bus-'));
  return {
    path: join(directory, 'socket'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

test('Bus.call() sends the arguments and returns the reply', async () => {
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, ({ path, interface: name, member, arguments: args }) => ({
    signature: 'sas',
    values: [`${path} ${name} ${member}`, args.map(String)],
  }));
  const bus = await Bus.open({ path: socket.path, timeout: TIMEOUT });
  assert.deepEqual(await bus.call({ ...CALL, arguments: ['ä', ''] }), [
    '/org/example org.example.Echo Echo',
    ['ä', ''],
  ]);
  bus.close();
});

test('Bus.call() returns values of every type', async () => {
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, () => ({
    signature: 'yubtogva(sv)as',
    values: [
      255,
      4_294_967_295,
      true,
      18_446_744_073_709_551_615n,
      '/a/b',
      'a{sv}',
      { type: '(sv)', value: ['deep', { type: 't', value: 17n }] },
      [
        ['a', { type: 'u', value: 1 }],
        ['b', { type: 's', value: 'x' }],
      ],
      [],
    ],
  }));
  const bus = await Bus.open({ path: socket.path, timeout: TIMEOUT });
  assert.deepEqual(await bus.call(CALL), [
    255,
    4_294_967_295,
    true,
    2 ** 64,
    '/a/b',
    'a{sv}',
    ['deep', 17],
    [
      ['a', 1],
      ['b', 'x'],
    ],
    [],
  ]);
  bus.close();
});

test('Bus.call() limits the calls without a reply, and returns each reply to its caller', async () => {
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, ({ arguments: [text = ''] }) => ({
    signature: 's',
    values: [String(text).repeat(100)],
  }));
  const bus = await Bus.open({ path: socket.path, timeout: TIMEOUT });
  const texts = Array.from({ length: 500 }, (_, index) => `${index} `);
  const answers = await Promise.all(texts.map((text) => bus.call({ ...CALL, arguments: [text] })));
  assert.deepEqual(
    answers.map(([answer]) => answer),
    texts.map((text) => text.repeat(100)),
  );
  bus.close();
});

test('Bus.call() throws the error that a program returns', async () => {
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, () => ({ error: 'org.example.Error.No' }));
  const bus = await Bus.open({ path: socket.path, timeout: TIMEOUT });
  await assert.rejects(bus.call(CALL), {
    name: 'BusError',
    errorName: 'org.example.Error.No',
    message: 'Details of org.example.Error.No',
  });
  bus.close();
});

test('Bus rejects all pending calls at the deadline', { timeout: 60_000 }, async (context) => {
  // With mocked timers, the deadline cannot pass during the authentication, even if this takes long.
  context.mock.timers.enable({ apis: ['setTimeout'] });
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, () => 'no-reply');
  const bus = await Bus.open({ path: socket.path, timeout: 50 });
  const late = { code: 'ETIMEDOUT', message: `Cannot query ${socket.path}: no answer within 50 ms` };
  const calls = Array.from({ length: 100 }, () => bus.call(CALL));
  const refused = Promise.all(calls.map((call) => assert.rejects(call, late)));
  context.mock.timers.tick(50);
  await refused;
  await assert.rejects(bus.call(CALL), late);
});

test('Bus.open() times out if the peer sends nothing', async () => {
  await using socket = await createSocketPath();
  const server = createServer().listen(socket.path);
  await assert.rejects(Bus.open({ path: socket.path, timeout: 20 }), { code: 'ETIMEDOUT' });
  server.close();
});

test('Bus.open() throws a ReadError if the authentication is rejected', async () => {
  await using socket = await createSocketPath();
  await using _server = await startFakeBus(socket.path, () => 'no-reply', { greeting: 'REJECTED EXTERNAL' });
  await assert.rejects(Bus.open({ path: socket.path, timeout: TIMEOUT }), {
    name: 'ReadError',
    message: `Cannot query ${socket.path}: unexpected reply to AUTH "REJECTED EXTERNAL"`,
  });
});

test('Bus.open() throws a ReadError if the peer closes the connection', async () => {
  await using socket = await createSocketPath();
  const server = createServer((connection) => connection.destroy()).listen(socket.path);
  await assert.rejects(Bus.open({ path: socket.path, timeout: TIMEOUT }), { name: 'ReadError' });
  server.close();
});

test('Bus.open() throws a ReadError if the peer uses another protocol', async () => {
  await using socket = await createSocketPath();
  const server = createServer((connection) => {
    connection.once('data', () => connection.write('OK 0\r\nHTTP/1.1 400 Bad Request\r\n\r\n'));
  }).listen(socket.path);
  await assert.rejects(Bus.open({ path: socket.path, timeout: TIMEOUT }), {
    name: 'ReadError',
    message: `Cannot parse messages of ${socket.path}: expected a D-Bus message`,
  });
  server.close();
});

/** Returns a reply with one string: the header fields are the serial number of the call and the signature `s`. */
function stringReply(serial: number, body: string): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.write('l\x02\x01\x01', 'latin1');
  bytes.writeUInt32LE(body.length, 4);
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(15, 12);
  bytes.write('\x05\x01u\0', 16, 'latin1');
  bytes.writeUInt32LE(serial, 20);
  bytes.write('\x08\x01g\0\x01s\0', 24, 'latin1');
  return Buffer.concat([bytes, Buffer.from(body, 'latin1')]);
}

test('Bus.call() throws a SyntaxError for a reply with a malformed body, and the connection can still be used', async () => {
  await using socket = await createSocketPath();
  const server = createServer((connection) => {
    let received = '';
    connection.on('data', (bytes: Buffer) => {
      if (received === '') connection.write('OK 0\r\n');
      received += bytes.toString('latin1');
      if (received.split(CALL.path).length <= 2) return;
      connection.write(Buffer.concat([stringReply(1, '\xff\0\0\0x\0'), stringReply(2, '\x04\0\0\0good\0')]));
    });
  }).listen(socket.path);
  const bus = await Bus.open({ path: socket.path, timeout: TIMEOUT, isDirect: true });
  const [malformed, good] = await Promise.allSettled([bus.call(CALL), bus.call(CALL)]);
  assert.equal(malformed?.status === 'rejected' && malformed.reason instanceof SyntaxError, true);
  assert.deepEqual(good, { status: 'fulfilled', value: ['good'] });
  bus.close();
  server.close();
});

test('Bus.open() throws an AbsentError if no program listens', async () => {
  await using socket = await createSocketPath();
  await assert.rejects(Bus.open({ path: socket.path, timeout: TIMEOUT }), AbsentError);
});
