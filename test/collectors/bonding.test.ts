import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bonding } from '../../src/collectors/bonding.ts';
import { collect } from '../support/collect.ts';
import { createHostTree } from '../support/host-tree.ts';

const FILES = {
  'sys/class/net/bonding_masters': 'bond0 bond1 bond2\n',
  'sys/class/net/bond0/bonding/slaves': 'eth0 eth1 eth2\n',
  'sys/class/net/bond0/lower_eth0/bonding_slave/mii_status': 'up\n',
  'sys/class/net/bond0/lower_eth1/bonding_slave/mii_status': 'down\n',
  'sys/class/net/bond0/slave_eth2/bonding_slave/mii_status': 'up\n',
  'sys/class/net/bond1/bonding/slaves': 'eth3\n',
  'sys/class/net/bond1/lower_eth3/bonding_slave/mii_status': 'going back\n',
  'sys/class/net/bond2/bonding/slaves': '\n',
};

test('bonding emits the number of devices of each bond and of those whose link is up', async () => {
  await using machine = await createHostTree(FILES);
  assert.deepEqual(await collect(bonding, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      'node_bonding_slaves{master="bond0"} 3',
      'node_bonding_slaves{master="bond1"} 1',
      'node_bonding_slaves{master="bond2"} 0',
      'node_bonding_active{master="bond0"} 2',
      'node_bonding_active{master="bond1"} 0',
      'node_bonding_active{master="bond2"} 0',
    ],
  });
});

test('bonding skips a bond that was removed after the listing', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('sys/class/net/bond0');
  const { state, lines } = await collect(bonding, machine.host);
  assert.equal(state, 'ok');
  assert.equal(lines.length, 4);
});

test('bonding drops a bond that cannot be read and keeps the others', async () => {
  await using machine = await createHostTree(FILES);
  await machine.remove('sys/class/net/bond1/bonding/slaves');
  await machine.write({ 'sys/class/net/bond1/bonding/slaves/': '' });
  const { state, errors, lines } = await collect(bonding, machine.host);
  assert.equal(state, 'failed');
  assert.deepEqual(errors, ['Cannot read /sys/class/net/bond1/bonding/slaves: is a directory']);
  assert.equal(lines.length, 4);
});

test('bonding is absent without the kernel module', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(bonding, machine.host), { state: 'absent', errors: [], lines: [] });
});
