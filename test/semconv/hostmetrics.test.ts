import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPARED_METRICS } from '../../docs/hostmetrics.ts';
import { declaredFamilies } from './declared-families.ts';

// These tests check that the metrics in the comparison of docs/migrate-hostmetrics.md exist.

const declared = new Map(declaredFamilies().map((family) => [family.name, family]));
const covered = COMPARED_METRICS.flatMap(({ name, receiver, receiverName }) => {
  const family = name === undefined ? undefined : declared.get(name);
  return family === undefined ? [] : [{ receiverName, receiver, family }];
});

test('every metric of the hostmetrics receiver has a counterpart, or a reason why it has none', (t) => {
  const missing = COMPARED_METRICS.filter(({ name, note }) =>
    name === undefined ? !note.startsWith('Left out: ') : !declared.has(name),
  );
  assert.deepEqual(
    missing.map(({ receiverName }) => receiverName),
    [],
  );
  t.diagnostic(`${covered.length} of ${COMPARED_METRICS.length} metrics have a counterpart`);
});

test('every counterpart of a metric of the hostmetrics receiver has the same instrument', () => {
  const different = covered.filter(({ receiver, family }) => receiver.instrument !== family.type);
  assert.deepEqual(
    different.map(({ receiverName }) => receiverName),
    [],
  );
});

test('every counterpart of a metric of the hostmetrics receiver has the same number type, except the CPU frequency', () => {
  const different = covered.filter(({ receiver, family }) => receiver.value !== family.valueType);
  // The semantic conventions define the frequency as an integer.
  assert.deepEqual([...new Set(different.map(({ receiverName }) => receiverName))], ['system.cpu.frequency']);
});
