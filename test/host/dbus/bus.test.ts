import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bus } from '../../../src/host/dbus/bus.ts';
import { AbsentError } from '../../../src/host/host.ts';
import { startFakeBus } from '../../support/bus.ts';

const CALL = { destination: 'org.example', path: '/org/example', interface: 'org.example.Echo', member: 'Echo' };
const TIMEOUT = 10_000;

interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** A place for a socket. */
async function createFolder(): Promise<Folder> {
  const folder = await mkdtemp(join(tmpdir(), 'bus-'));
  return {
    path: join(folder, 'socket'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test('Bus hands arguments over and brings answers back', async () => {
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, ({ path, interface: of, member, arguments: texts }) => ({
    signature: 'sas',
    values: [`${path} ${of} ${member}`, texts.map(String)],
  }));
  const bus = await Bus.open({ path: folder.path, timeout: TIMEOUT });
  assert.deepEqual(await bus.call({ ...CALL, arguments: ['ä', ''] }), [
    '/org/example org.example.Echo Echo',
    ['ä', ''],
  ]);
  bus.close();
});

test('Bus reads values of every kind', async () => {
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, () => ({
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
  const bus = await Bus.open({ path: folder.path, timeout: TIMEOUT });
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

test('Bus keeps few calls unanswered and brings every answer to its caller', async () => {
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, ({ arguments: [text = ''] }) => ({
    signature: 's',
    values: [String(text).repeat(100)],
  }));
  const bus = await Bus.open({ path: folder.path, timeout: TIMEOUT });
  const texts = Array.from({ length: 500 }, (_, index) => `${index} `);
  const answers = await Promise.all(texts.map((text) => bus.call({ ...CALL, arguments: [text] })));
  assert.deepEqual(
    answers.map(([answer]) => answer),
    texts.map((text) => text.repeat(100)),
  );
  bus.close();
});

test('Bus says what error a program answers with', async () => {
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, () => ({ error: 'org.example.Error.No' }));
  const bus = await Bus.open({ path: folder.path, timeout: TIMEOUT });
  await assert.rejects(bus.call(CALL), {
    name: 'BusError',
    errorName: 'org.example.Error.No',
    message: 'The program says org.example.Error.No',
  });
  bus.close();
});

test('Bus gives up at the deadline, for all who wait', { timeout: 60_000 }, async (context) => {
  // The deadline comes when the test says so: to be let in takes as long as it takes.
  context.mock.timers.enable({ apis: ['setTimeout'] });
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, () => 'silence');
  const bus = await Bus.open({ path: folder.path, timeout: 50 });
  const late = { code: 'ETIMEDOUT', message: `Cannot ask ${folder.path}: no answer within 50 ms` };
  const calls = Array.from({ length: 100 }, () => bus.call(CALL));
  const refused = Promise.all(calls.map((call) => assert.rejects(call, late)));
  context.mock.timers.tick(50);
  await refused;
  await assert.rejects(bus.call(CALL), late);
});

test('Bus gives up on one who listens and says nothing', async () => {
  await using folder = await createFolder();
  const server = createServer().listen(folder.path);
  await assert.rejects(Bus.open({ path: folder.path, timeout: 20 }), { code: 'ETIMEDOUT' });
  server.close();
});

test('Bus says that it is not let in', async () => {
  await using folder = await createFolder();
  await using _server = await startFakeBus(folder.path, () => 'silence', { greeting: 'REJECTED EXTERNAL' });
  await assert.rejects(Bus.open({ path: folder.path, timeout: TIMEOUT }), {
    name: 'ReadError',
    message: `Cannot ask ${folder.path}: it answers "REJECTED EXTERNAL"`,
  });
});

test('Bus says that the other side hung up', async () => {
  await using folder = await createFolder();
  const server = createServer((socket) => socket.destroy()).listen(folder.path);
  await assert.rejects(Bus.open({ path: folder.path, timeout: TIMEOUT }), { name: 'ReadError' });
  server.close();
});

test('Bus says that the other side speaks another protocol', async () => {
  await using folder = await createFolder();
  const server = createServer((socket) => {
    socket.once('data', () => socket.write('OK 0\r\nHTTP/1.1 400 Bad Request\r\n\r\n'));
  }).listen(folder.path);
  await assert.rejects(Bus.open({ path: folder.path, timeout: TIMEOUT }), {
    name: 'SyntaxError',
    message: `Cannot understand ${folder.path}: expected a message of D-Bus`,
  });
  server.close();
});

test('Bus is absent where nobody listens', async () => {
  await using folder = await createFolder();
  await assert.rejects(Bus.open({ path: folder.path, timeout: TIMEOUT }), AbsentError);
});
