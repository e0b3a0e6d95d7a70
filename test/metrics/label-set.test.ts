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

function identifiesSame(one: Attributes, other: Attributes, expected: boolean): void {
  test(`isSameSeries() is ${expected} for ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
    const [first, second] = [new LabelSet(one), new LabelSet(other)];
    assert.deepEqual([first.isSameSeries(second), second.isSameSeries(first)], [expected, expected]);
    assert.equal(first.hash === second.hash, expected);
  });
}

identifiesSame({ device: 'sda', index: 1 }, { index: 1, device: 'sda' }, true);
identifiesSame({ device: 'sda', alias: '' }, { device: 'sda' }, true);
identifiesSame({ device: '' }, {}, true);
identifiesSame({ device: 'sda' }, { device: 'sda', alias: 'x' }, false);
identifiesSame({ device: 'sda' }, { alias: 'sda' }, false);
identifiesSame({ device: 'a', alias: 'b' }, { device: 'b', alias: 'a' }, false);
identifiesSame({ constructor: 'a' }, {}, false);
