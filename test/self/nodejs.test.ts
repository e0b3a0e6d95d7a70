import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodejsMetrics } from '../../src/self/nodejs.ts';
import { described } from '../support/described.ts';

test('nodejsMetrics() reports every declared family', () => {
  const metrics = nodejsMetrics();
  const names = new Set(described(metrics).map(([name]) => name));
  assert.deepEqual(names, new Set(metrics.families.map(({ name }) => name)));
});
