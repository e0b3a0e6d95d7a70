import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextBuffer } from '../../../src/export/prometheus/text-buffer.ts';
import { writeFamily } from '../../../src/export/prometheus/text-format.ts';
import { extendLabels, shareLabels } from '../../../src/metrics/label-cache.ts';
import { gauge } from '../../../src/metrics/metric.ts';
import { Samples } from '../../../src/metrics/samples.ts';

/** The lines of the series. */
function lines(...series: readonly (readonly [value: number, labels: Readonly<Record<string, string>>])[]): string[] {
  const samples = new Samples();
  for (const [value, labels] of series) samples.push(value, labels);
  const page = new TextBuffer(Buffer.alloc(10));
  writeFamily(page, { family: gauge('x', 'Help.', ['a', 'b']), samples }, 'x');
  return page.bytes.toString().split('\n').slice(2, -1);
}

test('writeFamily() writes numbers as String() does, but for infinities', () => {
  const parts = fc.tuple(fc.integer({ min: 0, max: 2 ** 50 }), fc.constantFrom(1, 100, 1e6, 1e9));
  const decimal = parts.map(([count, unit]) => count / unit);
  const known = [0, -0, -1, 0.1 + 0.2, 1e-6, 9.99e-7, 0.000001001, 999999999.999999, 1e15 + 0.5, 2 ** 53, 1e21, 5e-324];
  for (const number of known) assert.deepEqual(lines([number, {}]), [`x ${number}`]);
  assert.deepEqual(lines([Number.POSITIVE_INFINITY, {}], [Number.NEGATIVE_INFINITY, {}]), ['x +Inf', 'x -Inf']);
  fc.assert(
    fc.property(fc.oneof(decimal, fc.double({ noDefaultInfinity: true })), (number) => {
      assert.deepEqual(lines([number, {}]), [`x ${number}`]);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

test('writeFamily() writes labels with their escapes, and shared ones again as they are', () => {
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

test('writeFamily() writes shared labels and one more, whether the others were written before or not', () => {
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
