import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExposedFamily, parseExposition } from '../../src/formats/exposition.ts';
import { type Merged, mergeExpositions } from '../../src/formats/merge-exposition.ts';
import { fc } from '../support/properties.ts';

/** The files `/t/1.prom`, `/t/2.prom`, … with these texts. */
function merge(...texts: readonly string[]): Merged {
  return mergeExpositions(
    texts.map((text, index) => ({ path: `/t/${index + 1}.prom`, families: parseExposition(text) })),
  );
}

const messages = (errors: readonly Error[]): string[] => errors.map(({ message }) => message);

test('mergeExpositions() names each family once and says where one without help was read', () => {
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
    refused: [],
  });
});

test('mergeExpositions() gives series the labels of their neighbours in the file, empty and in order', () => {
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

test('mergeExpositions() takes the first help and leaves out a file that has another', () => {
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
  assert.deepEqual(messages(merged.inconsistent), ['Cannot merge a of /t/3.prom: its help is not that of /t/1.prom']);
});

test('mergeExpositions() refuses a family of another type and series that are there already', () => {
  const merged = merge('a{x="",y="1"} 1\na{y="1"} 2\n', '# TYPE a gauge\na 3\n', 'a{y="1"} 4\n');
  assert.deepEqual(
    merged.families.map(({ type, series }) => [type, series.map(({ value }) => value)]),
    [['untyped', [1]]],
  );
  assert.deepEqual(merged.inconsistent, []);
  assert.deepEqual(messages(merged.refused), [
    'Cannot take a of /t/1.prom twice: [["y","1"]]',
    'Cannot merge a of /t/2.prom: its type is not that of /t/1.prom',
    'Cannot take a of /t/3.prom twice: [["y","1"]]',
  ]);
});

const label = fc.constantFrom('', 'x', 'y');
const family: fc.Arbitrary<ExposedFamily> = fc.record({
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

test('mergeExpositions() names each family and each series once, and loses none in silence', () => {
  fc.assert(
    fc.property(files, (all) => {
      const read = all.map((families, index) => ({ path: `/t/${index}.prom`, families }));
      const { families, inconsistent, refused } = mergeExpositions(read);
      const names = families.map(({ name }) => name);
      assert.deepEqual(names, [...new Set(names)]);
      const keys = families.flatMap(({ name, series }) =>
        series.map(
          ({ labels }) => `${name} ${JSON.stringify(Object.entries(labels).filter(([, text]) => text !== ''))}`,
        ),
      );
      assert.deepEqual(keys, [...new Set(keys)]);
      const given = all.flat();
      assert.deepEqual(new Set(names), new Set(given.map(({ name }) => name)));
      if (inconsistent.length === 0 && given.every(({ type }) => type === given[0]?.type)) {
        assert.equal(keys.length + refused.length, given.flatMap(({ series }) => series).length);
      }
    }),
    { numRuns: 500 },
  );
});
