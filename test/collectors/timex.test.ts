import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timex } from '../../src/collectors/timex.ts';
import { AbsentError, type ClockState, ReadError } from '../../src/host/host.ts';
import { type Collected, collect } from '../support/collect.ts';
import { CLOCK, openHost } from '../support/host-tree.ts';

async function collectFrom(loadAdjtimex: () => Promise<() => ClockState>): Promise<Collected> {
  return collect(timex, openHost('/nowhere', { loadAdjtimex }));
}

test('timex emits the state of the clock in seconds, ratios and hertz', async () => {
  assert.deepEqual(await collectFrom(async () => () => CLOCK), {
    state: 'ok',
    errors: [],
    lines: [
      'node_timex_sync_status 1',
      'node_timex_offset_seconds -0.001234567',
      'node_timex_frequency_adjustment_ratio 0.99998',
      'node_timex_maxerror_seconds 0.0215',
      'node_timex_estimated_error_seconds 0.000045',
      'node_timex_status 8193',
      'node_timex_loop_time_constant 7',
      'node_timex_tick_seconds 0.01',
      'node_timex_pps_frequency_hertz 0.000001',
      'node_timex_pps_jitter_seconds 0.0000025',
      'node_timex_pps_shift_seconds 3',
      'node_timex_pps_stability_hertz 0.000002',
      'node_timex_pps_jitter_total 4',
      'node_timex_pps_calibration_total 5',
      'node_timex_pps_error_total 6',
      'node_timex_pps_stability_exceeded_total 8',
      'node_timex_tai_offset_seconds 37',
    ],
  });
});

test('timex emits an unsynchronized clock and a clock in microseconds', async () => {
  const { lines } = await collectFrom(async () => () => ({ state: 5, timex: { ...CLOCK.timex, status: 0x40 } }));
  assert.deepEqual(
    lines.filter((line) => /sync_status|offset_seconds -|jitter_seconds|timex_status/.test(line)),
    [
      'node_timex_sync_status 0',
      'node_timex_offset_seconds -1.234567',
      'node_timex_status 64',
      'node_timex_pps_jitter_seconds 0.0025',
    ],
  );
});

test('timex is absent where adjtimex(2) cannot be loaded, and loads it only once', async () => {
  let loads = 0;
  const host = openHost('/nowhere', {
    loadAdjtimex: async () => {
      loads += 1;
      throw new AbsentError('Cannot call adjtimex: refused by a sandbox');
    },
  });
  for (let pass = 0; pass < 3; pass += 1) {
    assert.deepEqual(await collect(timex, host), { state: 'absent', errors: [], lines: [] });
  }
  assert.equal(loads, 1);
});

test('timex fails when the kernel refuses the call', async () => {
  const refuse = () => {
    throw new ReadError('Cannot call adjtimex: EFAULT', { code: 'EFAULT' });
  };
  assert.deepEqual(await collectFrom(async () => refuse), {
    state: 'failed',
    errors: ['Cannot call adjtimex: EFAULT'],
    lines: [],
  });
});
