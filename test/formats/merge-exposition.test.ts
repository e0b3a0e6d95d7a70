import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExpositionFamily } from '../../src/formats/exposition.ts';
import { type MergedExposition, mergeExpositions } from '../../src/formats/merge-exposition.ts';
import { fc } from '../support/fast-check.ts';
import { parseExpositionAtOnce, runAtOnce } from '../support/run-at-once.ts';

/** Merges texts as if they were the files `/t/1.prom`, `/t/2.prom` and so on. */
function merge(...texts: readonly string[]): MergedExposition {
  return runAtOnce(
    mergeExpositions(
      texts.map((text, index) => ({ path: `/t/${index + 1}.prom`, families: parseExpositionAtOnce(text) })),
    ),
  );
}

const messages = (errors: readonly Error[]): string[] => errors.map(({ message }) => message);

test('mergeExpositions() returns each family once and writes the paths into an absent help', () => {
  assert.deepEqual(merge('a{x="1"} 1\nb 2\n', 'a{x="2"} 3\n'), {
    families: [
      {
        name: 'a',
        type: 'untyped',
        help: 'Metric read from /t/1.prom, /t/2.prom',
        labels: ['x'],
        series: [
          { labels: { x: '1' }, value: 1 },
          { labels: { x: '2' }, value: 3 },
        ],
      },
      {
        name: 'b',
        type: 'untyped',
        help: 'Metric read from /t/1.prom',
        labels: [],
        series: [{ labels: {}, value: 2 }],
      },
    ],
    inconsistent: [],
    rejected: [],
  });
});

test('mergeExpositions() adds empty labels that other series of the file have', () => {
  const { families } = merge('a{z="1"} 1\na{b="2"} 2\n', 'a{c="3"} 3\n');
  assert.deepEqual(
    families.map(({ labels, series }) => ({ labels, series: series.map((each) => Object.entries(each.labels)) })),
    [
      {
        labels: ['b', 'z', 'c'],
        series: [
          [
            ['b', ''],
            ['z', '1'],
          ],
          [
            ['b', '2'],
            ['z', ''],
          ],
          [['c', '3']],
        ],
      },
    ],
  );
});

test('mergeExpositions() takes the first help and leaves out families with another help', () => {
  const merged = merge(
    'a{f="1"} 1\n',
    '# HELP a One.\na{f="2"} 2\n',
    '# HELP a Two.\na{f="3"} 3\n',
    '# HELP a One.\na{f="4"} 4\n',
  );
  assert.deepEqual(
    merged.families.map(({ help, series }) => [help, series.map(({ value }) => value)]),
    [['One.', [1, 2, 4]]],
  );
  assert.deepEqual(messages(merged.inconsistent), ['Cannot merge a of /t/3.prom: the help differs from /t/1.prom']);
});

test('mergeExpositions() rejects a family with another type and duplicate series', () => {
  const merged = merge('a{x="",y="1"} 1\na{y="1"} 2\n', '# TYPE a gauge\na 3\n', 'a{y="1"} 4\n');
  assert.deepEqual(
    merged.families.map(({ type, series }) => [type, series.map(({ value }) => value)]),
    [['untyped', [1]]],
  );
  assert.deepEqual(merged.inconsistent, []);
  assert.deepEqual(messages(merged.rejected), [
    'Cannot add a of /t/1.prom: duplicate series [["y","1"]]',
    'Cannot merge a of /t/2.prom: the type differs from /t/1.prom',
    'Cannot add a of /t/3.prom: duplicate series [["y","1"]]',
  ]);
});

const label = fc.constantFrom('', 'x', 'y');
const family: fc.Arbitrary<ExpositionFamily> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom('gauge', 'counter', 'untyped'),
  help: fc.constantFrom(undefined, 'one', 'other'),
  series: fc.array(
    fc.record({
      labels: fc.dictionary(fc.constantFrom('k', 'l'), label, { noNullPrototype: true }),
      value: fc.nat(),
    }),
    { maxLength: 4 },
  ),
});
const files = fc.array(fc.array(family, { maxLength: 3 }), { maxLength: 4 });

test('mergeExpositions() returns each family and series once and reports every series that it leaves out', () => {
  fc.assert(
    fc.property(files, (all) => {
      const inputFiles = all.map((families, index) => ({ path: `/t/${index}.prom`, families }));
      const { families, inconsistent, rejected } = runAtOnce(mergeExpositions(inputFiles));
      const names = families.map(({ name }) => name);
      assert.deepEqual(names, [...new Set(names)]);
      const keys = families.flatMap(({ name, series }) =>
        series.map(
          ({ labels }) => `${name} ${JSON.stringify(Object.entries(labels).filter(([, text]) => text !== ''))}`,
        ),
      );
      assert.deepEqual(keys, [...new Set(keys)]);
      const input = all.flat();
      assert.deepEqual(new Set(names), new Set(input.map(({ name }) => name)));
      if (inconsistent.length === 0 && input.every(({ type }) => type === input[0]?.type)) {
        assert.equal(keys.length + rejected.length, input.flatMap(({ series }) => series).length);
      }
    }),
    { numRuns: 500 },
  );
});
