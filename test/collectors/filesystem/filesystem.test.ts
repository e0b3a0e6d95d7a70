import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesystem } from '../../../src/collectors/filesystem/filesystem.ts';
import type { Statfs } from '../../../src/host/host.ts';
import { collect, createCollectorRunner } from '../../support/collect.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

/**
 * Creates a host with results of statfs(2) by mount point. Only the end of a path is compared, because each path starts
 * with a temporary directory.
 */
function createHost(mountinfo: string, answers: Readonly<Record<string, Statfs>>): Promise<HostTree> {
  const answer = (path: string): Statfs => {
    const found = Object.entries(answers).find(([mountPoint]) => path.endsWith(`/root${mountPoint}`));
    if (found === undefined) throw Object.assign(new Error('statfs'), { errno: -2 });
    return found[1];
  };
  return createHostTree(
    { 'proc/1/mountinfo': mountinfo },
    { statfs: { statfsSync: (path) => answer(String(path)), statfs: async (path) => answer(String(path)) } },
  );
}

const DISK: Statfs = { bsize: 4096, blocks: 1000, bfree: 600, bavail: 500, files: 400, ffree: 300 };
const ROOT = '27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard\n';

/** Returns the lines of one mount in the exposition. */
function lines(labels: string, { bsize, blocks, bfree, bavail, files, ffree }: Statfs, isReadOnly = 0): string[] {
  return [
    `node_filesystem_device_error{${labels},device_error=""} 0`,
    `node_filesystem_readonly{${labels},device_error=""} ${isReadOnly}`,
    `node_filesystem_size_bytes{${labels},device_error=""} ${blocks * bsize}`,
    `node_filesystem_free_bytes{${labels},device_error=""} ${bfree * bsize}`,
    `node_filesystem_avail_bytes{${labels},device_error=""} ${bavail * bsize}`,
    `node_filesystem_files{${labels},device_error=""} ${files}`,
    `node_filesystem_files_free{${labels},device_error=""} ${ffree}`,
    `node_filesystem_purgeable_bytes{${labels},device_error=""} 0`,
  ];
}

async function collectSorted(
  machine: HostTree,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const { state, errors, lines } = await collect(filesystem, machine.host, flags);
  assert.deepEqual({ state, errors }, { state: 'ok', errors: [] });
  return lines.toSorted();
}

test('filesystem emits the size and the state of a mount', async () => {
  await using machine = await createHost(ROOT, { '/': DISK });
  assert.deepEqual(await collect(filesystem, machine.host), {
    state: 'ok',
    errors: [],
    lines: [
      ...lines('device="/dev/vda1",mountpoint="/",fstype="ext4"', DISK),
      'node_filesystem_mount_info{device="/dev/vda1",major="254",minor="0",mountpoint="/"} 1',
    ],
  });
});

test('filesystem rounds sizes beyond 2^53 to the nearest double', async () => {
  const large: Statfs = { ...DISK, bsize: 1, blocks: Number(2n ** 63n + 1025n), bfree: 2 ** 60 };
  await using machine = await createHost(ROOT, { '/': large });
  const { lines } = await collect(filesystem, machine.host);
  assert.ok(
    lines.includes(
      'node_filesystem_size_bytes{device="/dev/vda1",mountpoint="/",fstype="ext4",device_error=""} 9223372036854778000',
    ),
  );
});

test('filesystem leaves out the mount points and types that its default flags exclude', async () => {
  await using machine = await createHost(
    `${ROOT}22 27 0:21 / /proc rw - proc proc rw\n23 27 0:22 / /mnt/overlay rw - overlay overlay rw\n25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw\n`,
    { '/': DISK },
  );
  assert.equal((await collectSorted(machine)).length, 9);
});

test('filesystem emits the error and the read-only state of a mount without a size', async () => {
  await using machine = await createHost(
    `${ROOT}40 27 0:40 / /run/user/7/doc ro,nosuid - fuse.portal portal rw\n41 27 8:1 / /back\\134slash rw - xfs /dev/sda1 rw\n`,
    { '/': DISK },
  );
  const all = await collectSorted(machine);
  assert.deepEqual(
    all.filter((line) => line.includes('no such file')),
    [
      'node_filesystem_device_error{device="/dev/sda1",mountpoint="/back\\\\134slash",fstype="xfs",device_error="no such file or directory"} 1',
      'node_filesystem_device_error{device="portal",mountpoint="/run/user/7/doc",fstype="fuse.portal",device_error="no such file or directory"} 1',
      'node_filesystem_readonly{device="/dev/sda1",mountpoint="/back\\\\134slash",fstype="xfs",device_error="no such file or directory"} 0',
      'node_filesystem_readonly{device="portal",mountpoint="/run/user/7/doc",fstype="fuse.portal",device_error="no such file or directory"} 1',
    ],
  );
  assert.equal(all.length, 9 + 4);
});

for (const [what, options] of [
  ['of a mount', 'ro,relatime - ext4 /dev/vda1 rw'],
  ['of a file system', 'rw,relatime - ext4 /dev/vda1 ro'],
  ['of an emergency', 'rw,relatime - ext4 /dev/vda1 rw,emergency_ro'],
] as const) {
  test(`filesystem emits the read-only state ${what}`, async () => {
    await using machine = await createHost(`27 1 254:0 / / ${options}\n`, { '/': DISK });
    const { lines: all } = await collect(filesystem, machine.host);
    assert.deepEqual(all.slice(0, 8), lines('device="/dev/vda1",mountpoint="/",fstype="ext4"', DISK, 1));
  });
}

test('filesystem emits the later of two mounts with the same labels', async () => {
  await using machine = await createHost(`${ROOT}28 27 254:0 / / ro - ext4 /dev/vda1 rw\n`, { '/': DISK });
  const { lines: all } = await collect(filesystem, machine.host);
  assert.deepEqual(all.slice(0, 8), lines('device="/dev/vda1",mountpoint="/",fstype="ext4"', DISK, 1));
  assert.equal(all.length, 9);
});

test('filesystem follows added and removed mounts', async () => {
  await using machine = await createHost(ROOT, { '/': DISK, '/data': DISK });
  const collectMounts = createCollectorRunner(filesystem, machine.host);
  const mountPoints = async (): Promise<readonly (string | undefined)[]> =>
    (await collectMounts()).lines
      .filter((line) => line.startsWith('node_filesystem_size_bytes'))
      .map((line) => /mountpoint="([^"]*)"/.exec(line)?.[1]);
  assert.deepEqual([await mountPoints(), await mountPoints()], [['/'], ['/']]);
  await machine.write({ 'proc/1/mountinfo': `${ROOT}28 27 8:1 / /data rw - ext4 /dev/sda1 rw\n` });
  assert.deepEqual(
    [await mountPoints(), await mountPoints()],
    [
      ['/', '/data'],
      ['/', '/data'],
    ],
  );
  await machine.write({ 'proc/1/mountinfo': ROOT });
  assert.deepEqual(await mountPoints(), ['/']);
});

test('filesystem removes the root of the host from mount points, and no prefix that only looks like it', async () => {
  await using machine = await createHost('', { '/': DISK, '/home': DISK });
  const root = machine.host.rootfs.root;
  await machine.write({
    'proc/1/mountinfo': `1 0 8:1 / ${root} rw - ext4 /dev/sda1 rw\n2 1 8:2 / ${root}/home rw - ext4 /dev/sda2 rw\n3 1 8:3 / ${root}s rw - ext4 /dev/sda3 rw\n`,
  });
  // The flag has no value here: its default excludes `/dev`, and the temporary directory may be in `/dev`.
  const mountPoints = (await collectSorted(machine, { 'collector.filesystem.mount-points-exclude': undefined }))
    .filter((line) => line.startsWith('node_filesystem_device_error'))
    .map((line) => /mountpoint="([^"]*)".* (\d)$/.exec(line)?.slice(1));
  assert.deepEqual(mountPoints, [
    ['/', '0'],
    ['/home', '0'],
    [`${root}s`, '1'],
  ]);
});

test('filesystem reads the mount table of this process if that of the first process is hidden', async () => {
  await using machine = await createHost(ROOT, { '/': DISK });
  await machine.remove('proc/1');
  await machine.write({ 'proc/self/mountinfo': ROOT });
  assert.equal((await collectSorted(machine)).length, 9);
});

test('filesystem is absent without a mount table and fails if the table is malformed', async () => {
  await using machine = await createHost('27 1 254:0\n', {});
  assert.deepEqual(await collect(filesystem, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /proc/1/mountinfo: unexpected line "27 1 254:0"'],
    lines: [],
  });
  await machine.remove('proc/1');
  assert.deepEqual(await collect(filesystem, machine.host), { state: 'absent', errors: [], lines: [] });
});

test('filesystem emits the mounts that its flags include', async () => {
  await using machine = await createHost(
    `${ROOT}22 27 0:21 / /proc rw - proc proc rw\n23 27 0:22 / /srv rw - xfs /dev/sdb rw\n`,
    { '/': DISK, '/proc': DISK, '/srv': DISK },
  );
  const mountPointsWith = async (
    flags: Readonly<Record<string, RegExp | undefined>>,
  ): Promise<(string | undefined)[]> =>
    (
      await collectSorted(
        machine,
        Object.fromEntries(Object.entries(flags).map(([name, value]) => [`collector.filesystem.${name}`, value])),
      )
    )
      .filter((line) => line.startsWith('node_filesystem_mount_info'))
      .map((line) => /mountpoint="([^"]*)"/.exec(line)?.[1])
      .toSorted();
  assert.deepEqual(await mountPointsWith({}), ['/', '/srv']);
  assert.deepEqual(await mountPointsWith({ 'mount-points-include': /^\/srv$/ }), ['/srv']);
  assert.deepEqual(await mountPointsWith({ 'ignored-mount-points': /^\/srv$/ }), ['/']);
  assert.deepEqual(await mountPointsWith({ 'fs-types-include': /^proc$/, 'mount-points-exclude': undefined }), [
    '/proc',
  ]);
  assert.deepEqual(await mountPointsWith({ 'fs-types-exclude': /^xfs$/, 'mount-points-exclude': undefined }), [
    ...['/', '/proc'],
  ]);
});

test('filesystem rejects flags that contradict each other', () => {
  const create = (flags: Readonly<Record<string, RegExp>>) => () =>
    filesystem.create({
      ...Object.fromEntries(Object.entries(filesystem.flags).map(([name, flag]) => [name, flag.default])),
      ...flags,
    });
  assert.throws(
    create({ 'collector.filesystem.mount-points-include': /a/, 'collector.filesystem.mount-points-exclude': /b/ }),
    {
      message:
        'Cannot use --collector.filesystem.mount-points-include and --collector.filesystem.mount-points-exclude together',
    },
  );
  assert.throws(
    create({ 'collector.filesystem.fs-types-exclude': /a/, 'collector.filesystem.ignored-fs-types': /b/ }),
    {
      message:
        'Cannot use --collector.filesystem.fs-types-exclude and --collector.filesystem.ignored-fs-types together',
    },
  );
});

test('filesystem asks for the size of a mount point by its bytes, and labels bytes that are not UTF-8 with U+FFFD', async () => {
  const paths: string[] = [];
  const statfs = (path: string | Buffer): Statfs => {
    paths.push(
      Buffer.from(path)
        .toString('latin1')
        .replace(/^.*root/, ''),
    );
    return DISK;
  };
  await using tree = await createHostTree(
    {
      'proc/1/mountinfo': Buffer.from(
        '40 1 7:0 / /mnt/caf\xe9\xff rw - ext4 /dev/loop\xe9 rw\n' +
          '41 1 7:1 / /mnt/Cl\xc3\xa9 rw - ext4 /dev/sdb1 rw\n' +
          '42 1 7:2 / /mnt/back\\134slash\\040and\\012newline rw - ext4 /dev/sdc1 rw\n',
        'latin1',
      ),
    },
    { statfs: { statfsSync: statfs, statfs: async (path) => statfs(path) } },
  );
  const all = await collectSorted(tree);
  assert.deepEqual(paths.toSorted(), ['/mnt/Cl\xc3\xa9', '/mnt/back\\slash and\nnewline', '/mnt/caf\xe9\xff']);
  assert.deepEqual(
    all.filter((line) => line.startsWith('node_filesystem_mount_info')),
    [
      'node_filesystem_mount_info{device="/dev/loop\uFFFD",major="7",minor="0",mountpoint="/mnt/caf\uFFFD"} 1',
      'node_filesystem_mount_info{device="/dev/sdb1",major="7",minor="1",mountpoint="/mnt/Cl\u00e9"} 1',
      'node_filesystem_mount_info{device="/dev/sdc1",major="7",minor="2",mountpoint="/mnt/back\\\\134slash and\\\\012newline"} 1',
    ],
  );
});

test('filesystem reports a malformed row of the mount table in each pass, and emits the other mounts', async () => {
  await using tree = await createHost(`${ROOT}odd line 42\n`, { '/': DISK });
  const run = createCollectorRunner(filesystem, tree.host);
  for (const pass of [1, 2]) {
    const { state, errors, lines: all } = await run();
    assert.deepEqual(
      [state, errors, all.length],
      ['failed', ['Cannot parse /proc/1/mountinfo: unexpected line "odd line 42"'], 9],
      `pass ${pass}`,
    );
  }
});
