import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Readiness } from '../../src/app/readiness.ts';

test('Readiness is ready from the first success until the stop', () => {
  const readiness = new Readiness();
  assert.equal(readiness.reason, 'The first pass has not ended');
  readiness.endFirstPass();
  assert.equal(readiness.reason, 'No collector has succeeded');
  assert.equal(readiness.isFailing, true);
  readiness.markReady();
  assert.equal(readiness.isFailing, false);
  assert.equal(readiness.reason, undefined);
  readiness.endFirstPass();
  assert.equal(readiness.reason, undefined);
  readiness.markStopping();
  readiness.markReady();
  assert.equal(readiness.reason, 'Shutting down');
});
