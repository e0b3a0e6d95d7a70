import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMetricNamePart } from '../../../src/collectors/support/metric-name.ts';
import { fc } from '../../support/fast-check.ts';

test('toMetricNamePart() replaces each run of other characters and the underscores beside it by one underscore', () => {
  assert.equal(toMetricNamePart('package-0-die-1'), 'package_0_die_1');
  assert.equal(toMetricNamePart('a__-_b__c'), 'a_b__c');
  assert.equal(toMetricNamePart('a-_-b'), 'a__b');
});

test('toMetricNamePart() returns the same as the replacement in node_exporter', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('_', '-', 'a', '0') }), (text) => {
      assert.equal(toMetricNamePart(text), text.replaceAll(/_*[^0-9A-Za-z_]+_*/g, '_'));
    }),
  );
});
