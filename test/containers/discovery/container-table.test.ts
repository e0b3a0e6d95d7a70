import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../src/containers/discovery/container.ts';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import { CGROUP2, cgroup, ID_A, ID_B } from '../../support/cgroup-files.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

const DIRECTORY_A = `sys/fs/cgroup/docker/${ID_A}`;
const DIRECTORY_B = `sys/fs/cgroup/docker/${ID_B}`;

function createHost(): Promise<HostTree> {
  return createHostTree({
    ...CGROUP2,
    ...cgroup(DIRECTORY_A, { 'pids.current': '1\n' }),
    ...cgroup(DIRECTORY_B, { 'pids.current': '1\n' }),
  });
}

/** Lists the containers in a new pass. */
function list(table: ContainerTable, { host }: HostTree): readonly Container[] {
  return table.list(host.forPass(performance.now() + 1000)).map(({ container }) => container);
}

test('ContainerTable.list() returns the same container in each pass', async () => {
  await using machine = await createHost();
  const table = new ContainerTable();
  const [a, b] = list(table, machine);
  assert.deepEqual([a?.id, b?.id], [ID_A, ID_B]);
  const [again] = list(table, machine);
  assert.equal(again, a);
});

test('ContainerTable deletes the cached values of a container that has ended', async () => {
  await using machine = await createHost();
  const table = new ContainerTable();
  const cache = table.createCache<string>();
  const [a, b] = list(table, machine);
  assert.ok(a && b);
  cache.set(a, 'a');
  cache.set(b, 'b');
  await machine.remove(DIRECTORY_A);
  list(table, machine);
  assert.deepEqual([cache.get(a), cache.get(b)], [undefined, 'b']);
});

test('ContainerCache.set() ignores a container that has ended', async () => {
  await using machine = await createHost();
  const table = new ContainerTable();
  const cache = table.createCache<string>();
  const [a] = list(table, machine);
  assert.ok(a);
  await machine.remove(DIRECTORY_A);
  list(table, machine);
  cache.set(a, 'a');
  assert.equal(cache.get(a), undefined);
});

test('ContainerTable.list() omits a Podman pod below a parent that the user configured', async () => {
  const pod = `sys/fs/cgroup/jobs/${ID_A}`;
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(`${pod}/libpod-${ID_B}`, { 'pids.current': '1\n' }),
  });
  const table = new ContainerTable();
  const paths = () => list(table, machine).map(({ path }) => path);
  assert.deepEqual([paths(), paths()], [[`/jobs/${ID_A}/libpod-${ID_B}`], [`/jobs/${ID_A}/libpod-${ID_B}`]]);
});

test('ContainerTable.list() finds a container whose path belonged to no container before', async () => {
  await using machine = await createHostTree({ ...CGROUP2, 'sys/fs/cgroup/docker/': '' });
  const table = new ContainerTable();
  assert.deepEqual(list(table, machine), []);
  await machine.write(cgroup(DIRECTORY_A, { 'pids.current': '1\n' }));
  assert.deepEqual(
    list(table, machine).map(({ id }) => id),
    [ID_A],
  );
});

test('ContainerTable.list() takes no controller from another container of the same name', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/cpuacct/lxc.payload.web/': '',
    'sys/fs/cgroup/cpuacct/lxc.payload.web/lxc.payload.web/': '',
    'sys/fs/cgroup/memory/lxc.payload.web/': '',
  });
  const found = new ContainerTable().list(machine.host.forPass(performance.now() + 1000));
  assert.deepEqual(
    found.map(({ directories: { main, controllers } }) => [main, controllers.memory?.directory]),
    [
      ['fs/cgroup/cpuacct/lxc.payload.web', 'fs/cgroup/memory/lxc.payload.web'],
      ['fs/cgroup/cpuacct/lxc.payload.web/lxc.payload.web', undefined],
    ],
  );
});
