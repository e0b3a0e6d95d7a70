import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateWindow } from '../../src/collection/rate-window.ts';

test('RateWindow.rates() returns the growth per second since the previous pass', () => {
  const window = new RateWindow<string, 'received' | 'transmitted'>();
  window.startPass();
  assert.deepEqual(window.rates('eth0', 100, { received: 1000, transmitted: 7 }), {});
  window.startPass();
  assert.deepEqual(window.rates('eth0', 110, { received: 1500, transmitted: 7 }), { received: 50, transmitted: 0 });
  window.startPass();
  assert.deepEqual(window.rates('eth0', 112, { received: 1504, transmitted: 8 }), { received: 2, transmitted: 0.5 });
});

test('RateWindow.rates() does not mix the counters of two subjects', () => {
  const window = new RateWindow<string, 'ticks'>();
  window.startPass();
  window.rates('0', 1, { ticks: 100 });
  window.rates('1', 1, { ticks: 200 });
  window.startPass();
  assert.deepEqual(window.rates('1', 2, { ticks: 201 }), { ticks: 1 });
  assert.deepEqual(window.rates('0', 2, { ticks: 105 }), { ticks: 5 });
});

test('RateWindow.rates() leaves out a counter that has decreased, but not the others', () => {
  const window = new RateWindow<string, 'user' | 'system'>();
  window.startPass();
  window.rates('0', 1, { user: 10, system: 10 });
  window.startPass();
  assert.deepEqual(window.rates('0', 2, { user: 9, system: 11 }), { system: 1 });
  window.startPass();
  assert.deepEqual(window.rates('0', 3, { user: 12, system: 11 }), { user: 3, system: 0 });
});

test('RateWindow.rates() leaves out a counter that one of the two passes lacks', () => {
  const window = new RateWindow<string, 'user' | 'total'>();
  window.startPass();
  window.rates('0', 1, { user: 10, total: undefined });
  window.startPass();
  assert.deepEqual(window.rates('0', 2, { user: undefined, total: 20 }), {});
});

test('RateWindow.rates() has no rates if the clock has not advanced', () => {
  const window = new RateWindow<string, 'user'>();
  window.startPass();
  window.rates('0', 1, { user: 10 });
  window.startPass();
  assert.deepEqual(window.rates('0', 1, { user: 11 }), {});
});

test('RateWindow forgets a subject that one pass lacks', () => {
  const window = new RateWindow<string, 'user'>();
  window.startPass();
  window.rates('0', 1, { user: 10 });
  window.startPass();
  window.startPass();
  assert.deepEqual(window.rates('0', 3, { user: 30 }), {});
});

test('RateWindow.rates() may be called several times in a pass, and compares with the first call of the previous pass', () => {
  const window = new RateWindow<string, 'ticks'>();
  window.startPass();
  assert.deepEqual(window.rates('0', 0, { ticks: 0 }), {});
  assert.deepEqual(window.rates('0', 4, { ticks: 8 }), { ticks: 2 });
  window.startPass();
  assert.deepEqual(window.rates('0', 10, { ticks: 10 }), { ticks: 1 });
  assert.deepEqual(window.rates('0', 20, { ticks: 40 }), { ticks: 2 });
  window.startPass();
  assert.deepEqual(window.rates('0', 30, { ticks: 40 }), { ticks: 1.5 });
});
