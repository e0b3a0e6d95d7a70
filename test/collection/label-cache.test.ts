import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LabelCache } from '../../src/collection/label-cache.ts';
import { LabelLimit } from '../../src/collection/label-limit.ts';
import type { LabelSet } from '../../src/metrics/label-set.ts';
import type { Attributes } from '../../src/metrics/metric.ts';

const collector = {};

function run(cache: LabelCache, all: readonly Attributes[]): readonly LabelSet[] {
  const sequence = cache.startRun('prometheus', collector);
  const sets = all.map((labels) => sequence.intern(labels));
  sequence.finish();
  return sets;
}

/** Returns two labels objects for each device, one per mode. Each call creates new objects. */
function labelsOf(...devices: readonly string[]): Attributes[] {
  return devices.flatMap((device) => ['read', 'write'].map((mode) => ({ device, mode })));
}

/** Returns the number of label sets of a run that are also label sets of the previous run. */
function countReused(before: readonly LabelSet[], after: readonly LabelSet[]): number {
  return after.filter((set) => before.includes(set)).length;
}

test('intern() returns one set for series with the same labels in a row', () => {
  const shared = { device: 'sda' };
  const [first, second, third, fourth] = run(new LabelCache(), [shared, shared, { device: 'sda' }, { device: 'sdb' }]);
  assert.equal(first, second);
  assert.equal(first, third);
  assert.deepEqual([first?.labels, fourth?.labels], [{ device: 'sda' }, { device: 'sdb' }]);
});

test('intern() returns one set for series that alternate between labels', () => {
  const [device, size] = [{ device: 'sda' }, { device: 'sda', kind: 'size' }];
  const [first, second, third, fourth] = run(new LabelCache(), [device, size, { ...device }, { ...size }]);
  assert.notEqual(first, second);
  assert.deepEqual([third === first, fourth === second], [true, true]);
});

test('intern() returns the sets of the last run', () => {
  const cache = new LabelCache();
  const before = run(cache, labelsOf('sda', 'sdb'));
  assert.deepEqual(run(cache, labelsOf('sda', 'sdb')), before);
  assert.equal(countReused(before, run(cache, labelsOf('sda', 'sdb'))), 4);
});

test('intern() reuses the sets of other items when some appear, vanish or move', () => {
  const cache = new LabelCache();
  const many = Array.from({ length: 200 }, (_, index) => `new${index}`);
  let before = run(cache, labelsOf('sda', 'sdb', 'sdc', 'sdd'));
  const changes: readonly (readonly [devices: readonly string[], reused: number])[] = [
    [['sdb', 'sdc', 'sdd'], 6],
    [['sdb', ...many, 'sdd'], 4],
    [[...many, 'sdd'], 402],
    [['sdd', 'sdb'], 2],
  ];
  for (const [devices, reused] of changes) {
    const after = run(cache, labelsOf(...devices));
    assert.equal(countReused(before, after), reused);
    before = after;
  }
});

test('intern() shares no sets between collectors and conventions', () => {
  const cache = new LabelCache();
  const [set] = run(cache, [{ device: 'sda' }]);
  assert.notEqual(cache.startRun('semconv', collector).intern({ device: 'sda' }), set);
  assert.notEqual(cache.startRun('prometheus', {}).intern({ device: 'sda' }), set);
  assert.equal(cache.startRun('prometheus', collector).intern({ device: 'sda' }), set);
});

test('intern() returns a set with the labels of each series, in any sequence of runs', () => {
  const value = fc.constantFrom('a', 'b', 'c', undefined, 1);
  const labels = fc.dictionary(fc.constantFrom('x', 'y', 'z'), value, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(fc.array(labels, { maxLength: 12 }), { maxLength: 4 }), (runs) => {
      const cache = new LabelCache();
      for (const all of runs) {
        const expected = all.map((each) =>
          Object.fromEntries(Object.entries(each).filter(([, one]) => one !== undefined)),
        );
        assert.deepEqual(
          run(cache, all).map((set) => set.labels),
          expected,
        );
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('overlapping runs do not disturb each other', () => {
  const cache = new LabelCache();
  run(cache, labelsOf('sda', 'sdb'));
  const [slow, fast] = [cache.startRun('prometheus', collector), cache.startRun('prometheus', collector)];
  const [slowSets, fastSets]: [LabelSet[], LabelSet[]] = [[], []];
  for (const labels of labelsOf('sda', 'sdb')) {
    slowSets.push(slow.intern(labels));
    fastSets.push(fast.intern(labels));
  }
  fast.finish();
  slow.finish();
  assert.equal(countReused(slowSets, fastSets), 4);
  assert.equal(countReused(slowSets, run(cache, labelsOf('sda', 'sdb'))), 4);
});

test('intern() cuts long values, and returns one set for the same labels in each run', () => {
  let cuts = 0;
  const cache = new LabelCache(
    new LabelLimit(64, () => {
      cuts += 1;
    }),
  );
  const labelled = (end: string): Attributes => ({ device: 'sda', serial: 'x'.repeat(100) + end, size: 7 });
  const first = run(cache, [labelled('a'), labelled('a'), labelled('b')]);
  const [one, same, other] = first;
  assert.equal(one, same);
  assert.notEqual(one?.labels['serial'], other?.labels['serial']);
  for (const set of [one, other]) {
    assert.deepEqual({ ...set?.labels, serial: '' }, { device: 'sda', serial: '', size: 7 });
    assert.equal(Buffer.byteLength(String(set?.labels['serial'])), 64);
  }
  assert.deepEqual(run(cache, [labelled('a'), labelled('a'), labelled('b')]), first);
  assert.equal(countReused(first, run(cache, [labelled('a'), labelled('b')])), 2);
  assert.equal(cuts, 8);
});
