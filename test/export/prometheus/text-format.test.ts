import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';
import { encodeLabels, SeriesWriter } from '../../../src/export/prometheus/text-format.ts';

type Series = readonly [value: number, labels: Readonly<Record<string, unknown>>, extraLabels?: string];

function lines(...series: readonly Series[]): string[] {
  const buffer = new TextBuffer(Buffer.alloc(10));
  const writer = new SeriesWriter(buffer, Buffer.from('x'));
  for (const [value, labels, extraLabels] of series) writer.write(encodeLabels(labels), value, extraLabels);
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

test('SeriesWriter writes labels with their escapes', () => {
  const labels = { a: 'quote " backslash \\ newline \n', b: 'größe 🐳', c: '' };
  const text = 'x{a="quote \\" backslash \\\\ newline \\n",b="größe 🐳",c=""}';
  assert.deepEqual(lines([1, labels], [2, labels]), [`${text} 1`, `${text} 2`]);
});

test('SeriesWriter writes label values other than strings as JSON', () => {
  assert.deepEqual(lines([1, { a: 0.5, b: true, c: ['x', 1], d: undefined }]), [
    'x{a="0.5",b="true",c="[\\"x\\",1]",d=""} 1',
  ]);
});

test('SeriesWriter writes extra labels after the labels of the series', () => {
  const extra = 'le="0.5"';
  assert.deepEqual(lines([1, {}, extra], [2, { a: '1' }, extra], [3, { a: '1' }]), [
    'x{le="0.5"} 1',
    'x{a="1",le="0.5"} 2',
    'x{a="1"} 3',
  ]);
});
