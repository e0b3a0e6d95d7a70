import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { UnsentBodies } from '../../src/http/unsent-bodies.ts';
import type { Limit } from '../../src/util/limit-counter.ts';
import { listen } from '../support/servers.ts';

/** Size of a body in bytes. The body is larger than the buffers of both sockets together. */
const LARGE = 32 * 1024 * 1024;

async function serve(context: TestContext, { bodies, maxBytes }: { bodies: readonly Buffer[]; maxBytes: number }) {
  const exceeded: Limit[] = [];
  const unsent = new UnsentBodies(maxBytes, (limit) => exceeded.push(limit));
  const servers = await listen((request, response) => {
    unsent.send(response, bodies[Number(request.url?.slice(1))] ?? Buffer.alloc(0));
  });
  context.after(() => servers.close(0));
  return {
    exceeded,
    /** Requests the body of an index, and resolves at the first byte of the response. */
    open: async (index: number): Promise<IncomingMessage> => {
      const request = get(`${servers.urls[0]}/${index}`, { agent: false });
      request.on('error', () => undefined);
      context.after(() => request.destroy());
      const [response] = await once(request, 'response');
      return response;
    },
  };
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of response) length += chunk.length;
  return length;
}

test('UnsentBodies closes the oldest responses when new bodies exceed the limit', async (context) => {
  const bodies = [1, 2, 3].map((value) => Buffer.alloc(LARGE, value));
  const served = await serve(context, { bodies, maxBytes: 2 * LARGE });
  const [first, second] = [await served.open(0), await served.open(1)];
  const isClosed = assert.rejects(lengthOf(first), { code: 'ECONNRESET' });
  const third = await served.open(2);
  await isClosed;
  assert.deepEqual(await Promise.all([lengthOf(second), lengthOf(third)]), [LARGE, LARGE]);
  assert.deepEqual(served.exceeded, ['unsent_bytes']);
});

test('UnsentBodies counts a body once that several responses share', async (context) => {
  const served = await serve(context, { bodies: [Buffer.alloc(LARGE)], maxBytes: LARGE });
  const responses = [await served.open(0), await served.open(0), await served.open(0)];
  assert.deepEqual(await Promise.all(responses.map(lengthOf)), [LARGE, LARGE, LARGE]);
  assert.deepEqual(served.exceeded, []);
});

test('UnsentBodies sends a body that is larger than the limit', async (context) => {
  const served = await serve(context, { bodies: [Buffer.alloc(LARGE)], maxBytes: 1 });
  assert.equal(await lengthOf(await served.open(0)), LARGE);
});

test('UnsentBodies does not count the body of a response that is already closed', async (context) => {
  const exceeded: Limit[] = [];
  const unsent = new UnsentBodies(LARGE, (limit) => exceeded.push(limit));
  const { promise: sent, resolve } = Promise.withResolvers<void>();
  const servers = await listen(async (request, response) => {
    if (request.url === '/closed') {
      request.socket.destroy();
      await once(response, 'close');
      unsent.send(response, Buffer.alloc(LARGE));
      resolve();
    } else unsent.send(response, Buffer.alloc(LARGE));
  });
  context.after(() => servers.close(0));
  await assert.rejects(once(get(`${servers.urls[0]}/closed`, { agent: false }), 'response'), { code: 'ECONNRESET' });
  await sent;
  const [response] = await once(get(`${servers.urls[0]}/open`, { agent: false }), 'response');
  assert.equal(await lengthOf(response), LARGE);
  assert.deepEqual(exceeded, []);
});
