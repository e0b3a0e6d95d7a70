import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodejsMetrics } from '../../src/self/nodejs.ts';
import { reportSelfMetrics } from '../support/self-metrics.ts';

test('nodejsMetrics() reports every declared family', () => {
  const metrics = nodejsMetrics();
  const names = new Set(reportSelfMetrics(metrics).map(([name]) => name));
  assert.deepEqual(names, new Set(metrics.families.map(({ name }) => name)));
});
