import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import { omitVirtualMachines } from '../../../src/containers/discovery/virtual-machines.ts';
import { CGROUP2, ID_A } from '../../support/cgroup-files.ts';
import { createHostTree } from '../../support/host-tree.ts';

test('omitVirtualMachines() omits the virtual machines that are registered with systemd-machined', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    [`sys/fs/cgroup/docker/${ID_A}/`]: '',
    'sys/fs/cgroup/machine.slice/machine-vm\\x2d1.scope/': '',
    'sys/fs/cgroup/machine.slice/machine-deb.scope/': '',
    'sys/fs/cgroup/machine.slice/machine-other.scope/': '',
    'root/run/systemd/machines/vm-1': 'NAME=vm-1\nSERVICE=systemd-vmspawn\nCLASS=vm\n',
    'root/run/systemd/machines/deb': 'NAME=deb\nSERVICE=systemd-nspawn\nCLASS=container\n',
  });
  const table = new ContainerTable();
  const cache = table.createCache<boolean>();
  const list = async (): Promise<readonly string[]> => {
    const host = machine.host.forPass(performance.now() + 60_000);
    const found = await omitVirtualMachines(host, table.list(host), cache);
    return found.map(({ container }) => container.id);
  };
  assert.deepEqual(await list(), [ID_A, 'deb', 'other']);
  assert.deepEqual(await list(), [ID_A, 'deb', 'other']);
});
