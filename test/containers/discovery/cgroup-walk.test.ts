import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CgroupWalk } from '../../../src/containers/discovery/cgroup-walk.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

const ROOT = 'fs/cgroup';

function pathsOf(walk: CgroupWalk, { host }: HostTree, hierarchy = ROOT): readonly string[] {
  const paths: string[] = [];
  walk.all(host.forPass(performance.now() + 1000).sys, hierarchy, ({ path }) => paths.push(path));
  return paths;
}

test('CgroupWalk finds what came, what went, and what went while something came', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/a/1/cpu.stat': '',
    'sys/fs/cgroup/a/2/cpu.stat': '',
    'sys/fs/cgroup/b/cpu.stat': '',
  });
  const walk = new CgroupWalk();
  assert.deepEqual(pathsOf(walk, machine), ['/a', '/a/1', '/a/2', '/b']);
  assert.deepEqual(pathsOf(walk, machine), ['/a', '/a/1', '/a/2', '/b']);
  await machine.write({ 'sys/fs/cgroup/a/3/': '' });
  await machine.remove('sys/fs/cgroup/a/1');
  assert.deepEqual(pathsOf(walk, machine), ['/a', '/a/2', '/a/3', '/b']);
  await machine.write({ 'sys/fs/cgroup/a/3/deep/': '', 'sys/fs/cgroup/b/cpu.max': '' });
  assert.deepEqual(pathsOf(walk, machine), ['/a', '/a/2', '/a/3', '/a/3/deep', '/b']);
  await machine.remove('sys/fs/cgroup/a');
  assert.deepEqual(pathsOf(walk, machine), ['/b']);
});

test('CgroupWalk does not take the cgroups of one hierarchy for those of another', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/systemd/docker/': '',
    'sys/fs/cgroup/systemd/user.slice/': '',
    'sys/fs/cgroup/cpuacct/docker/': '',
    'sys/fs/cgroup/cpuacct/system.slice/': '',
  });
  const walk = new CgroupWalk();
  assert.deepEqual(pathsOf(walk, machine, `${ROOT}/systemd`), ['/docker', '/user.slice']);
  assert.deepEqual(pathsOf(walk, machine, `${ROOT}/cpuacct`), ['/docker', '/system.slice']);
});

test('CgroupWalk takes no link for a cgroup', async () => {
  await using machine = await createHostTree({ 'sys/fs/cgroup/a/': '', 'sys/fs/cgroup/loop': { link: '.' } });
  assert.deepEqual(pathsOf(new CgroupWalk(), machine), ['/a']);
});

test('a folder of this machine has as many links as the walk believes', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/a/': '',
    'sys/fs/cgroup/b/': '',
    'sys/fs/cgroup/file': '',
  });
  const folder = join(machine.root, 'sys/fs/cgroup');
  const { nlink } = statSync(folder);
  // File systems that count none of them (btrfs) have 1.
  assert.ok(nlink === 1 || nlink === 4, `${nlink} links of ${readdirSync(folder)}`);
});
