import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchdog } from '../../src/collectors/watchdog.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'sys/class/watchdog/watchdog0/identity': 'iTCO_wdt\n',
  'sys/class/watchdog/watchdog0/options': '0x8180\n',
  'sys/class/watchdog/watchdog0/state': 'inactive\n',
  'sys/class/watchdog/watchdog0/status': '0x0\n',
  'sys/class/watchdog/watchdog0/bootstatus': '32\n',
  'sys/class/watchdog/watchdog0/nowayout': '1\n',
  'sys/class/watchdog/watchdog0/timeout': '30\n',
  'sys/class/watchdog/watchdog0/uevent': 'MAJOR=249\n',
};
const LINES = [
  'node_watchdog_bootstatus{name="watchdog0"} 32',
  'node_watchdog_nowayout{name="watchdog0"} 1',
  'node_watchdog_timeout_seconds{name="watchdog0"} 30',
  'node_watchdog_info{name="watchdog0",options="0x8180",identity="iTCO_wdt",state="inactive",status="0x0",pretimeout_governor=""} 1',
];

test('watchdog emits the attributes that each timer has', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/watchdog/watchdog1/timeleft': '299\n' });
  assert.deepEqual(await collect(watchdog, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      ...LINES,
      'node_watchdog_info{name="watchdog1",options="",identity="",state="",status="",pretimeout_governor=""} 1',
      'node_watchdog_timeleft_seconds{name="watchdog1"} 299',
    ],
  });
});

test('watchdog drops a damaged attribute and keeps everything else', async () => {
  await using machine = await createHostTree({ ...FILES, 'sys/class/watchdog/watchdog1/timeleft': 'soon\n' });
  assert.deepEqual(await collect(watchdog, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/watchdog/watchdog1/timeleft: expected an integer, got "soon"'],
    lines: [
      ...LINES,
      'node_watchdog_info{name="watchdog1",options="",identity="",state="",status="",pretimeout_governor=""} 1',
    ],
  });
});

test('watchdog is absent where /sys/class/watchdog is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(watchdog, machine.host), { state: 'absent', errors: [], lines: [] });
});
