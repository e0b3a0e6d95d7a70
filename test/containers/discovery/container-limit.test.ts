import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultMaxContainers, maxContainersOf } from '../../../src/containers/discovery/container-limit.ts';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import { CGROUP2, cgroup } from '../../support/cgroup-files.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

const MEBIBYTE = 1024 * 1024;

function id(digit: string): string {
  return digit.repeat(64);
}

/** Creates a host with a maximum of two containers. Containers are created in the order of `paths`. */
async function createHost(
  paths: readonly string[],
): Promise<{ readonly tree: HostTree; readonly leftOut: readonly number[]; add(path: string): Promise<void> }> {
  const leftOut: number[] = [];
  const tree = await createHostTree(CGROUP2, {
    maxContainers: 2,
    onLimit: (limit, count = 1) => {
      if (limit === 'containers') leftOut.push(count);
    },
  });
  const add = (path: string): Promise<void> => tree.write(cgroup(`sys/fs/cgroup${path}`, { 'pids.current': '1\n' }));
  for (const path of paths) await add(path);
  return { tree, leftOut, add };
}

function list(table: ContainerTable, { host }: HostTree): readonly string[] {
  return table.list(host).map(({ container }) => container.path);
}

test('ContainerTable lists containers of the system before containers of users, and counts the rest once', async () => {
  const user = (digit: string): string => `/user.slice/user-1000.slice/docker-${id(digit)}.scope`;
  const { tree, leftOut, add } = await createHost([user('a'), user('b'), user('c'), `/docker/${id('d')}`]);
  await using host = tree;
  const table = new ContainerTable();
  const first = list(table, host);
  assert.equal(first.length, 2);
  assert.ok(first.includes(`/docker/${id('d')}`));
  assert.deepEqual(list(table, host), first);
  assert.deepEqual(list(new ContainerTable(), host), first);
  assert.deepEqual(leftOut, [2, 2]);
  await add(`/docker/${id('e')}`);
  assert.deepEqual(list(table, host), [`/docker/${id('d')}`, `/docker/${id('e')}`]);
  assert.deepEqual(leftOut, [2, 2, 1]);
  await host.remove(`sys/fs/cgroup/docker/${id('d')}`);
  assert.equal(list(table, host).length, 2);
  assert.deepEqual(leftOut, [2, 2, 1]);
});

test('ContainerTable lists containers of users up to a quarter of the maximum, even if the system has none', async () => {
  const paths = ['a', 'b', 'c'].map((digit) => `/user.slice/user-1000.slice/docker-${id(digit)}.scope`);
  const { tree, leftOut } = await createHost(paths);
  await using host = tree;
  const listed = list(new ContainerTable(), host);
  assert.equal(listed.length, 1);
  assert.deepEqual(leftOut, [2]);
});

test('maxContainersOf() returns the flag, or else a number that fits into the memory', () => {
  assert.equal(maxContainersOf({ 'containers.max': 7 }), 7);
  assert.deepEqual(
    [64, 128, 256, 512, 65_536].map((memory) => defaultMaxContainers(memory * MEBIBYTE)),
    [250, 409, 2048, 4000, 4000],
  );
});
