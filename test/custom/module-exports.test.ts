import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportedCollectors } from '../../src/custom/module-exports.ts';
import { counter, gauge } from '../../src/index.ts';

const depth = gauge('queue_depth', 'Jobs in the queue.');
const queue = { name: 'queue', families: [depth], collect: () => undefined };

test('exportedCollectors() ignores exports that are no collectors, instruments included', () => {
  const exports = { queue, depth, jobs: counter('jobs_total', 'Jobs.'), LIMIT: 5, nothing: null };
  assert.deepEqual(
    exportedCollectors(exports, './queue.ts').map(({ name }) => name),
    ['queue'],
  );
});

test('exportedCollectors() returns a collector with several names once', () => {
  assert.equal(exportedCollectors({ queue, default: queue }, './queue.ts').length, 1);
});

test('exportedCollectors() rejects a module without collectors', () => {
  assert.throws(() => exportedCollectors({ depth }, './queue.ts'), {
    message: 'Cannot use module ./queue.ts: it exports no collector',
  });
});

test('exportedCollectors() rejects an incomplete collector', () => {
  assert.throws(() => exportedCollectors({ queue: { name: 'queue', collect: () => undefined } }, './queue.ts'), {
    message: 'Cannot use collector queue of ./queue.ts: expected a list of families and a function collect',
  });
});
