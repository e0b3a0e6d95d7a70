import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';
import { type PrintableLabels, SeriesWriter } from '../../../src/export/prometheus/text-format.ts';
import { extendLabels, shareLabels } from '../../../src/metrics/label-cache.ts';

function lines(
  ...series: readonly (readonly [value: number, labels: PrintableLabels, extraLabels?: string])[]
): string[] {
  const buffer = new TextBuffer(Buffer.alloc(10));
  const writer = new SeriesWriter(buffer, Buffer.from('x'));
  for (const [value, labels, extraLabels] of series) writer.write(labels, value, extraLabels);
  return buffer.bytes.toString().split('\n').slice(0, -1);
}

test('SeriesWriter writes numbers as String() does, except infinities', () => {
  const parts = fc.tuple(fc.integer({ min: 0, max: 2 ** 50 }), fc.constantFrom(1, 100, 1e6, 1e9));
  const decimal = parts.map(([count, unit]) => count / unit);
  const edges = [0, -0, -1, 0.1 + 0.2, 1e-6, 9.99e-7, 0.000001001, 999999999.999999, 1e15 + 0.5, 2 ** 53, 1e21, 5e-324];
  for (const number of edges) assert.deepEqual(lines([number, {}]), [`x ${number}`]);
  assert.deepEqual(lines([Number.POSITIVE_INFINITY, {}], [Number.NEGATIVE_INFINITY, {}]), ['x +Inf', 'x -Inf']);
  fc.assert(
    fc.property(fc.oneof(decimal, fc.double({ noDefaultInfinity: true })), (number) => {
      assert.deepEqual(lines([number, {}]), [`x ${number}`]);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

test('SeriesWriter escapes label values, and repeats the text of shared labels', () => {
  const labels = { a: 'quote " backslash \\ newline \n', b: 'ü' };
  const text = 'x{a="quote \\" backslash \\\\ newline \\n",b="ü"}';
  const shared = shareLabels({ ...labels });
  assert.deepEqual(lines([1, labels], [2, shared], [3, shared], [4, { ...shared, b: '' }]), [
    `${text} 1`,
    `${text} 2`,
    `${text} 3`,
    'x{a="quote \\" backslash \\\\ newline \\n",b=""} 4',
  ]);
  assert.deepEqual(lines([5, shared]), [`${text} 5`]);
});

test('SeriesWriter writes label values that are no strings as JSON', () => {
  assert.deepEqual(lines([1, { a: 0.5, b: true, c: ['x', 1], d: undefined }]), [
    'x{a="0.5",b="true",c="[\\"x\\",1]",d=""} 1',
  ]);
});

test('SeriesWriter adds extra labels after those of the series', () => {
  const shared = shareLabels({ a: '1' });
  const [extra, none] = ['le="0.5"', shareLabels({})];
  assert.deepEqual(
    lines(
      [1, {}, extra],
      [2, { a: '1' }, extra],
      [3, shared, extra],
      [4, shared],
      [5, shared, extra],
      [6, none, extra],
    ),
    [
      'x{le="0.5"} 1',
      'x{a="1",le="0.5"} 2',
      'x{a="1",le="0.5"} 3',
      'x{a="1"} 4',
      'x{a="1",le="0.5"} 5',
      'x{le="0.5"} 6',
    ],
  );
});

test('SeriesWriter writes extended labels, whether or not the labels that they extend were written before', () => {
  const none = shareLabels({});
  const base = shareLabels({ a: 'quote "' });
  const replaced = extendLabels(base, 'a', 'other');
  const [more, first] = [extendLabels(base, 'b', 'new\nline'), extendLabels(none, 'a', 'x')];
  const most = extendLabels(more, 'c', '');
  const written: readonly (readonly [labels: Readonly<Record<string, string>>, text: string])[] = [
    [most, '{a="quote \\"",b="new\\nline",c=""}'],
    [base, '{a="quote \\""}'],
    [more, '{a="quote \\"",b="new\\nline"}'],
    [none, ''],
    [first, '{a="x"}'],
    [replaced, '{a="other"}'],
  ];
  const texts = written.map(([, text]) => `x${text} 1`);
  const all = written.map(([labels]) => [1, labels] as const);
  assert.deepEqual(lines(...all), texts);
  assert.deepEqual(lines(...[...all, ...all].reverse()), [...texts, ...texts].reverse());
  assert.deepEqual(more, { a: 'quote "', b: 'new\nline' });
});
