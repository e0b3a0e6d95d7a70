import assert from 'node:assert/strict';
import fs, { readdirSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { CgroupWalker } from '../../../src/containers/discovery/cgroup-walker.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

const ROOT = 'fs/cgroup';

function pathsOf(walker: CgroupWalker, { host }: HostTree, hierarchy = ROOT): readonly string[] {
  const paths: string[] = [];
  walker.walk(host.forPass(performance.now() + 1000).sys, hierarchy, ({ path }) => paths.push(path));
  return paths;
}

test('CgroupWalker finds cgroups that were added, removed, or added and removed between two walks', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/a/1/cpu.stat': '',
    'sys/fs/cgroup/a/2/cpu.stat': '',
    'sys/fs/cgroup/b/cpu.stat': '',
  });
  const walker = new CgroupWalker();
  assert.deepEqual(pathsOf(walker, machine), ['/a', '/a/1', '/a/2', '/b']);
  assert.deepEqual(pathsOf(walker, machine), ['/a', '/a/1', '/a/2', '/b']);
  await machine.write({ 'sys/fs/cgroup/a/3/': '' });
  await machine.remove('sys/fs/cgroup/a/1');
  assert.deepEqual(pathsOf(walker, machine), ['/a', '/a/2', '/a/3', '/b']);
  await machine.write({ 'sys/fs/cgroup/a/3/deep/': '', 'sys/fs/cgroup/b/cpu.max': '' });
  assert.deepEqual(pathsOf(walker, machine), ['/a', '/a/2', '/a/3', '/a/3/deep', '/b']);
  await machine.remove('sys/fs/cgroup/a');
  assert.deepEqual(pathsOf(walker, machine), ['/b']);
});

test('CgroupWalker keeps the cgroups of two hierarchies apart', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/systemd/docker/': '',
    'sys/fs/cgroup/systemd/user.slice/': '',
    'sys/fs/cgroup/cpuacct/docker/': '',
    'sys/fs/cgroup/cpuacct/system.slice/': '',
  });
  const walker = new CgroupWalker();
  assert.deepEqual(pathsOf(walker, machine, `${ROOT}/systemd`), ['/docker', '/user.slice']);
  assert.deepEqual(pathsOf(walker, machine, `${ROOT}/cpuacct`), ['/docker', '/system.slice']);
});

test('CgroupWalker ignores symbolic links', async () => {
  await using machine = await createHostTree({ 'sys/fs/cgroup/a/': '', 'sys/fs/cgroup/loop': { link: '.' } });
  assert.deepEqual(pathsOf(new CgroupWalker(), machine), ['/a']);
});

test('a directory of the test file system has two links and one for each subdirectory', async () => {
  await using machine = await createHostTree({
    'sys/fs/cgroup/a/': '',
    'sys/fs/cgroup/b/': '',
    'sys/fs/cgroup/file': '',
  });
  const directory = join(machine.root, 'sys/fs/cgroup');
  const { nlink } = statSync(directory);
  // File systems that do not count links (btrfs) report 1.
  assert.ok(nlink === 1 || nlink === 4, `${nlink} links of ${readdirSync(directory)}`);
});

test('CgroupWalker leaves out the children of a directory that cannot be listed, and finds them later', async (context) => {
  await using machine = await createHostTree({ 'sys/fs/cgroup/a/1/': '', 'sys/fs/cgroup/b/2/': '' });
  const walker = new CgroupWalker();
  const errors: string[] = [];
  const walk = (): readonly string[] => {
    const paths: string[] = [];
    const host = machine.host.forPass(performance.now() + 1000).forCollector(({ message }) => errors.push(message));
    walker.walk(host.sys, ROOT, ({ path }) => paths.push(path));
    return paths;
  };
  const list = fs.readdirSync;
  const mock = context.mock.method(fs, 'readdirSync', ((path: string, ...rest: never[]) => {
    if (path.endsWith('/a')) throw Object.assign(new Error('refused'), { code: 'EIO', errno: -5 });
    return list(path, ...rest);
  }) as typeof fs.readdirSync);
  syncBuiltinESMExports();
  assert.deepEqual(walk(), ['/a', '/b', '/b/2']);
  mock.mock.restore();
  syncBuiltinESMExports();
  assert.deepEqual(
    errors.map((message) => message.replace(machine.root, '')),
    ['Cannot read /sys/fs/cgroup/a: input/output error'],
  );
  assert.deepEqual(walk(), ['/a', '/a/1', '/b', '/b/2']);
});
