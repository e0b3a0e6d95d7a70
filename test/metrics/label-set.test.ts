import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LabelSet } from '../../src/metrics/label-set.ts';
import type { Attributes } from '../../src/metrics/metric.ts';

test('LabelSet leaves out undefined labels', () => {
  assert.deepEqual(new LabelSet({ device: 'sda', alias: undefined }).labels, { device: 'sda' });
});

function compares(labels: Attributes, expected: boolean): void {
  test(`equals() is ${expected} for ${JSON.stringify(labels)}`, () => {
    assert.equal(new LabelSet({ device: 'sda', index: 1, alias: undefined }).equals(labels), expected);
  });
}

compares({ device: 'sda', index: 1 }, true);
compares({ index: 1, device: 'sda' }, false);
compares({ device: 'sda', index: 1, other: undefined }, true);
compares({ device: 'sdb', index: 1 }, false);
compares({ device: 'sda', index: '1' }, false);
compares({ device: 'sda' }, false);
compares({ device: 'sda', index: undefined }, false);
compares({ device: 'sda', index: 1, other: '' }, false);
compares({}, false);

test('LabelSet.isSameSeries() ignores the order of labels and empty labels, but not the type of a value', () => {
  const set = new LabelSet({ device: 'sda', type: 'disk' });
  const rows: readonly (readonly [labels: Attributes, same: boolean])[] = [
    [{ type: 'disk', device: 'sda' }, true],
    [{ device: 'sda', type: 'disk', path: '' }, true],
    [{ device: 'sda' }, false],
    [{ device: 'disk', type: 'sda' }, false],
    [{ device: 'sda', type: 'disk', path: '1' }, false],
  ];
  for (const [labels, same] of rows) {
    const other = new LabelSet(labels);
    assert.deepEqual([set.isSameSeries(other), other.isSameSeries(set)], [same, same], JSON.stringify(labels));
    if (same) assert.equal(other.hash, set.hash);
  }
  assert.equal(new LabelSet({ cpu: 1 }).isSameSeries(new LabelSet({ cpu: '1' })), false);
});
