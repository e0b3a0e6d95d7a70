import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { ConnectionLimits } from '../../src/http/connections.ts';
import type { Limit } from '../../src/util/limit-counter.ts';
import { listen } from '../support/servers.ts';

interface Served {
  readonly limits: Limit[];
  /** Opens a connection that does not read until the test listens for data. */
  open(): Promise<Socket>;
}

async function serve(
  context: TestContext,
  handle: RequestListener,
  limits: Partial<ConnectionLimits> = {},
): Promise<Served> {
  const exceeded: Limit[] = [];
  const servers = await listen(handle, { limits, onLimit: (limit) => exceeded.push(limit) });
  const sockets: Socket[] = [];
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    await servers.close(0);
  });
  const port = Number(new URL(servers.urls[0] ?? '').port);
  return {
    limits: exceeded,
    async open() {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket;
    },
  };
}

function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

function requestLine(path: string | number): string {
  return `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
}

/** Reads until the responses contain `count` bodies of the form `<path>`. */
async function readBodies(socket: Socket, count: number): Promise<string[]> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    const bodies = text.match(/<[^>]*>/g) ?? [];
    if (bodies.length >= count) return bodies;
  }
  throw new Error(`The server closed the connection after ${JSON.stringify(text)}`);
}

const echo: RequestListener = (request, response) => response.end(`<${request.url}>`);

test('Connections answers requests that were sent ahead, one at a time and in order', async (context) => {
  let running = 0;
  const served = await serve(context, (request, response) => {
    running += 1;
    assert.equal(running, 1);
    setImmediate(() => {
      running -= 1;
      echo(request, response);
    });
  });
  const numbers = Array.from({ length: 3000 }, (_, index) => index);
  const socket = await served.open();
  socket.write(numbers.map(requestLine).join(''));
  assert.deepEqual(
    await readBodies(socket, numbers.length),
    numbers.map((number) => `</${number}>`),
  );
  assert.deepEqual(served.limits, []);
});

test('Connections does not read a socket while a response is owed', async (context) => {
  const responses: ServerResponse[] = [];
  const arrived = Promise.withResolvers<void>();
  const served = await serve(context, (_request, response) => {
    responses.push(response);
    arrived.resolve();
  });
  const socket = await served.open();
  // More than the buffers of both sockets can hold.
  socket.write(requestLine('a').repeat(1_000_000));
  await arrived.promise;
  const other = await served.open();
  for (let count = 1; count <= 1000; count += 1) {
    other.write(requestLine('b'));
    while (responses.length < 1 + count) await new Promise(setImmediate);
    responses[count]?.end('<b>');
    await once(other, 'data');
  }
  assert.ok(socket.writableLength > 0);
  assert.deepEqual(served.limits, []);
});

test('Connections closes the connection with the most requests ahead if too many requests wait', async (context) => {
  const arrived: string[] = [];
  const served = await serve(context, ({ url = '' }) => arrived.push(url));
  const patient = await served.open();
  patient.write(requestLine('patient'));
  const greedy = [await served.open(), await served.open(), await served.open()];
  const isClosed = Promise.race(greedy.map((socket) => closeOf(socket)));
  // One read of 64 KiB contains 2,000 requests.
  for (const socket of greedy) socket.write(requestLine('').repeat(10_000));
  await isClosed;
  assert.deepEqual(served.limits, ['requests_ahead']);
  assert.equal(patient.destroyed, false);
});

test('Connections closes the longest idle connection for a new one', async (context) => {
  const served = await serve(context, echo, { maxConnections: 2 });
  const first = await served.open();
  const second = await served.open();
  first.write(requestLine('first'));
  await readFirst(first);
  const isClosed = closeOf(second);
  const third = await served.open();
  await isClosed;
  third.write(requestLine('third'));
  assert.deepEqual(await readBodies(third, 1), ['</third>']);
  assert.deepEqual([first.destroyed, second.destroyed], [false, true]);
  assert.deepEqual(served.limits, ['connections']);
});

/** Waits for the first response and leaves the connection open. */
async function readFirst(socket: Socket): Promise<void> {
  await once(socket, 'data');
}

test('Connections closes a busy connection if all connections are busy', async (context) => {
  const arrived = Promise.withResolvers<void>();
  const served = await serve(
    context,
    (request, response) => {
      if (request.url === '/slow') arrived.resolve();
      else echo(request, response);
    },
    { maxConnections: 1 },
  );
  const slow = await served.open();
  slow.write(requestLine('slow'));
  await arrived.promise;
  const isClosed = closeOf(slow);
  const fast = await served.open();
  await isClosed;
  fast.write(requestLine('fast'));
  assert.deepEqual(await readBodies(fast, 1), ['</fast>']);
});

test('Connections closes a connection whose client does not read its response in time', async (context) => {
  const ended = Promise.withResolvers<void>();
  context.mock.timers.enable({ apis: ['setInterval'] });
  const served = await serve(
    context,
    (_request, response) => {
      response.end(Buffer.alloc(64 * 1024 * 1024));
      ended.resolve();
    },
    { responseTimeout: 10 },
  );
  const socket = await served.open();
  socket.write(requestLine('large'));
  await ended.promise;
  context.mock.timers.tick(10_000);
  assert.deepEqual(served.limits, []);
  context.mock.timers.tick(1000);
  assert.deepEqual(served.limits, ['response_time']);
});

test('Connections does not limit the time of the handler', async (context) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  context.mock.timers.enable({ apis: ['setInterval'] });
  const served = await serve(context, (_request, response) => arrived.resolve(response), { responseTimeout: 10 });
  const socket = await served.open();
  socket.write(requestLine('a'));
  const response = await arrived.promise;
  context.mock.timers.tick(100_000);
  response.end('<a>');
  assert.deepEqual(await readBodies(socket, 1), ['<a>']);
  assert.deepEqual(served.limits, []);
});
