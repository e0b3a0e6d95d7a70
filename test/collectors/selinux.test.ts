import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selinux } from '../../src/collectors/selinux.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';

async function linesOf(files: Files): Promise<readonly string[]> {
  await using machine = await createHostTree(files);
  const { state, errors, lines } = await collect(selinux, machine.host);
  assert.deepEqual([state, errors], ['ok', []]);
  return lines;
}

const LABEL = 'system_u:system_r:unconfined_service_t:s0\0';

test('selinux emits both modes where SELinux is enabled', async () => {
  const files = {
    'sys/fs/selinux/enforce': '0',
    'proc/self/attr/current': LABEL,
    'root/etc/selinux/config': 'SELINUX=enforcing\n',
  };
  assert.deepEqual(await linesOf(files), [
    'node_selinux_enabled 1',
    'node_selinux_config_mode 1',
    'node_selinux_current_mode 0',
  ]);
});

test('selinux reads selinuxfs below the root of the host', async () => {
  assert.deepEqual(await linesOf({ 'root/sys/fs/selinux/enforce': '1' }), [
    'node_selinux_enabled 1',
    'node_selinux_config_mode -1',
    'node_selinux_current_mode 1',
  ]);
});

test('selinux emits 0 while no policy is loaded', async () => {
  assert.deepEqual(await linesOf({ 'sys/fs/selinux/enforce': '0', 'proc/self/attr/current': 'kernel\0' }), [
    'node_selinux_enabled 0',
  ]);
});

test('selinux emits 0 where selinuxfs is not mounted', async () => {
  assert.deepEqual(await linesOf({ 'proc/self/attr/current': 'unconfined\n' }), ['node_selinux_enabled 0']);
});

test('selinux fails when the current mode is damaged', async () => {
  await using machine = await createHostTree({ 'sys/fs/selinux/enforce': 'maybe' });
  assert.deepEqual(await collect(selinux, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/fs/selinux/enforce: expected an integer, got "maybe"'],
    lines: [],
  });
});
