import assert from 'node:assert/strict';
import dns, { type LookupAddress } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { type TestContext, test } from 'node:test';
import { sharedLookup } from '../../src/host/shared-lookup.ts';

type Callback = (error: Error | null, addresses?: LookupAddress[]) => void;

/** Replaces `dns.lookup()` until the end of the test, and returns the callbacks of its calls. */
function mockLookup(context: TestContext): Callback[] {
  const callbacks: Callback[] = [];
  const { lookup } = dns;
  const mock = (_name: string, _options: unknown, callback: Callback): void => void callbacks.push(callback);
  dns.lookup = mock as typeof lookup;
  syncBuiltinESMExports();
  context.after(() => {
    dns.lookup = lookup;
    syncBuiltinESMExports();
  });
  return callbacks;
}

test('sharedLookup() resolves a name once for all callers, in the form that each caller requests', (context) => {
  const callbacks = mockLookup(context);
  const results: unknown[] = [];
  sharedLookup('a', {}, (...result) => results.push(result));
  sharedLookup('a', { all: true }, (...result) => results.push(result));
  assert.equal(callbacks.length, 1);
  const addresses = [{ address: '192.0.2.1', family: 4 }];
  callbacks[0]?.(null, addresses);
  assert.deepEqual(results, [
    [null, '192.0.2.1', 4],
    [null, addresses],
  ]);
  sharedLookup('a', {}, () => undefined);
  assert.equal(callbacks.length, 2);
  callbacks[1]?.(null, addresses);
});

test('sharedLookup() passes an error to all callers, and resolves other names independently', (context) => {
  const callbacks = mockLookup(context);
  const errors: unknown[] = [];
  for (const name of ['a', 'a', 'b']) sharedLookup(name, { family: 4 }, (error) => errors.push([name, error]));
  assert.equal(callbacks.length, 2);
  const error = new Error('ENOTFOUND');
  for (const callback of callbacks) callback(error);
  assert.deepEqual(errors, [
    ['a', error],
    ['a', error],
    ['b', error],
  ]);
});
