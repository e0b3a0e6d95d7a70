import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceFilter } from '../src/device-filter.ts';

const DEVICES = ['sda', 'sdb', 'loop0'];

test('deviceFilter() lets everything through without expressions', () => {
  assert.deepEqual(DEVICES.filter(deviceFilter('p', undefined, undefined)), DEVICES);
});

test('deviceFilter() lets through what is included', () => {
  assert.deepEqual(DEVICES.filter(deviceFilter('p', /^sd/, undefined)), ['sda', 'sdb']);
});

test('deviceFilter() lets through what is not excluded', () => {
  assert.deepEqual(DEVICES.filter(deviceFilter('p', undefined, /^sd/)), ['loop0']);
});

test('deviceFilter() refuses both expressions at once', () => {
  assert.throws(() => deviceFilter('collector.disk.device', /a/, /b/), {
    message: 'Cannot use --collector.disk.device-include and --collector.disk.device-exclude together',
  });
});
