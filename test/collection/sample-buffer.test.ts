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

test('SampleBuffer leaves out families with invalid names, and returns an error for each of them', () => {
  for (let pass = 0; pass < 2; pass += 1) {
    const buffer = new SampleBuffer('prometheus');
    for (const name of ['node_a-b', 'node_\ufffd', 'node_9', '9_node', '', 'node_a b']) {
      const odd = gauge(name, 'A value of the test.');
      buffer.emit(odd, 1);
      buffer.emit(odd, 2);
    }
    assert.deepEqual(contents(buffer.finish()), [
      [
        'node_9',
        [
          { value: 1, labels: {} },
          { value: 2, labels: {} },
        ],
      ],
    ]);
    assert.deepEqual(
      buffer.errors.map(({ message }) => message),
      ['node_a-b', 'node_\ufffd', '9_node', '', 'node_a b'].map((name) => `Cannot emit "${name}": invalid metric name`),
    );
  }
});
