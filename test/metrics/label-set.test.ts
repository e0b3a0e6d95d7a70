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
