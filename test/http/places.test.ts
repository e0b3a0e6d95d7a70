import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Places } from '../../src/http/places.ts';

/** Creates places, and responses that emit only the event `close`. */
function setUp(context: TestContext, places: number) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let count = places;
  const closed: string[] = [];
  const started: string[] = [];
  const names = new Map<ServerResponse, string>();
  const close = (response: ServerResponse): void => {
    closed.push(names.get(response) ?? '');
    Object.assign(response, { closed: true });
    response.emit('close');
  };
  const all = new Places({ count: () => count, close });
  return {
    closed,
    started,
    setCount: (value: number) => {
      count = value;
    },
    tick: (milliseconds: number) => context.mock.timers.tick(milliseconds),
    async open(name: string) {
      const response = Object.assign(new EventEmitter(), { closed: false }) as unknown as ServerResponse;
      names.set(response, name);
      void all.take(response).then((hasPlace) => started.push(hasPlace ? name : `${name} closed`));
      await new Promise(setImmediate);
      return {
        close: async () => {
          Object.assign(response, { closed: true });
          response.emit('close');
          await new Promise(setImmediate);
        },
      };
    },
  };
}

test('Places lets responses wait in order until another response is closed', async (context) => {
  const places = setUp(context, 2);
  const [first, second] = [await places.open('first'), await places.open('second')];
  await places.open('third');
  await places.open('fourth');
  assert.deepEqual(places.started, ['first', 'second']);
  await second.close();
  assert.deepEqual(places.started, ['first', 'second', 'third']);
  await first.close();
  assert.deepEqual(places.started, ['first', 'second', 'third', 'fourth']);
  assert.deepEqual(places.closed, []);
});

test('Places closes the oldest response if another response waits too long', async (context) => {
  const places = setUp(context, 1);
  for (const name of ['first', 'second', 'third']) await places.open(name);
  places.tick(249);
  assert.deepEqual(places.closed, []);
  places.tick(1);
  assert.deepEqual(places.closed, ['first']);
  places.tick(250);
  assert.deepEqual(places.closed, ['first', 'second']);
  places.tick(10_000);
  await new Promise(setImmediate);
  assert.deepEqual(places.closed, ['first', 'second']);
  assert.deepEqual(places.started, ['first', 'second', 'third']);
});

test('Places gives no place to a response whose client has gone', async (context) => {
  const places = setUp(context, 1);
  const first = await places.open('first');
  const second = await places.open('second');
  await places.open('third');
  await second.close();
  await first.close();
  assert.deepEqual(places.started, ['first', 'second closed', 'third']);
});

test('Places always has one place, and uses a count that grows', async (context) => {
  const places = setUp(context, 0);
  const first = await places.open('first');
  await places.open('second');
  await places.open('third');
  assert.deepEqual(places.started, ['first']);
  places.setCount(2);
  await first.close();
  assert.deepEqual(places.started, ['first', 'second', 'third']);
});
