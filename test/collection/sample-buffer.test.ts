import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SampleBuffer } from '../../src/collection/sample-buffer.ts';
import { gauge, semconv } from '../../src/metrics/metric.ts';
import type { FamilySamples } from '../../src/metrics/samples.ts';

const size = gauge('node_size_bytes', 'Size of a device.', ['device', 'alias']);
const count = gauge('node_count', 'Number of devices.');
const systemCount = semconv.gauge('system.count', '{device}', 'Number of devices.');

function contents(families: readonly FamilySamples[]): unknown {
  return families.map(({ family, samples }) => [family.name, [...samples]]);
}

test('SampleBuffer groups samples by family, in the order of their first samples', () => {
  const buffer = new SampleBuffer('prometheus');
  buffer.emit(size, 1, { device: 'sda', alias: undefined });
  buffer.emit(count, 2);
  buffer.emit(size, 3, { device: 'sdb', alias: 'b' });
  assert.deepEqual(contents(buffer.finish()), [
    [
      'node_size_bytes',
      [
        { value: 1, labels: { device: 'sda' } },
        { value: 3, labels: { device: 'sdb', alias: 'b' } },
      ],
    ],
    ['node_count', [{ value: 2, labels: {} }]],
  ]);
});

test('SampleBuffer drops samples of the other convention', () => {
  const buffer = new SampleBuffer('semconv');
  buffer.emit(count, 1);
  buffer.emit(systemCount, 2);
  assert.deepEqual(contents(buffer.finish()), [['system.count', [{ value: 2, labels: {} }]]]);
});

test('add() adds samples of any family', () => {
  const buffer = new SampleBuffer('semconv');
  buffer.add(count, 1);
  buffer.add(size, 2, { device: 'sda' }, 7);
  assert.deepEqual(contents(buffer.finish()), [
    ['node_count', [{ value: 1, labels: {} }]],
    ['node_size_bytes', [{ value: 2, labels: { device: 'sda' }, startTime: 7 }]],
  ]);
});

test('SampleBuffer adds its start time to samples without one', () => {
  const buffer = new SampleBuffer('prometheus', { startTime: 7 });
  buffer.emit(count, 1);
  buffer.emit(count, 2, undefined, 8);
  assert.deepEqual(contents(buffer.finish()), [
    [
      'node_count',
      [
        { value: 1, labels: {}, startTime: 7 },
        { value: 2, labels: {}, startTime: 8 },
      ],
    ],
  ]);
});

test('snapshot() does not change when the collector emits more', () => {
  const buffer = new SampleBuffer('prometheus');
  buffer.emit(count, 1);
  const snapshot = buffer.snapshot();
  buffer.emit(count, 2);
  buffer.emit(size, 3, { device: 'sda', alias: undefined });
  assert.deepEqual(contents(snapshot), [['node_count', [{ value: 1, labels: {} }]]]);
});
