import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertMatchesKernel, removeCgroup } from './support/cgroups.ts';
import { createBusyboxArchive } from './support/docker/busybox.ts';
import { eventually } from './support/eventually.ts';
import { execute } from './support/execute.ts';
import { parseBytes } from './support/parse-bytes.ts';
import { startProgram } from './support/program.ts';
import { missing } from './support/requirements.ts';
import { containerValues, scrape } from './support/series.ts';

const NAME = `test-${process.pid}`;

/** Starts a container with a network namespace and a memory limit; returns the directory for `--lxcpath`. */
function startLxc(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'lxc-'));
  createBusyboxArchive(directory);
  const root = join(directory, 'root');
  for (const name of ['proc', 'sys', 'dev']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'bin/burn'), '#!/bin/busybox sh\nwhile :; do :; done\n', { mode: 0o755 });
  mkdirSync(join(directory, NAME));
  const lines = [
    `lxc.rootfs.path = dir:${root}`,
    'lxc.net.0.type = empty',
    'lxc.init.cmd = /bin/burn',
    'lxc.apparmor.profile = unconfined',
    'lxc.cgroup.memory.limit_in_bytes = 64M',
    'lxc.cgroup2.memory.max = 64M',
  ];
  writeFileSync(join(directory, NAME, 'config'), lines.join('\n'));
  execute(['lxc-start', `--lxcpath=${directory}`, `--name=${NAME}`, '--daemon']);
  t.after(() => {
    execute(['lxc-stop', `--lxcpath=${directory}`, `--name=${NAME}`, '--kill']);
    // After the end of the container, the monitor process of LXC leaves this cgroup behind.
    removeCgroup('lxc.pivot');
    rmSync(directory, { recursive: true });
  });
  return directory;
}

test('the containers collector reports a container of a real LXC with the values of the kernel, and not its monitor', {
  skip: missing('lxc-start', 'busybox') || (process.getuid?.() !== 0 && 'LXC without user namespaces needs root'),
}, async (t) => {
  const directory = startLxc(t);
  const flags = [`--lxcpath=${directory}`, `--name=${NAME}`];
  await using program = await startProgram(['--collector.disable-defaults', '--collector.containers']);
  const infos = (await scrape(program.url)).filter(({ name, labels }) => {
    return name === 'container_info' && labels['name']?.includes(NAME);
  });
  assert.deepEqual(
    infos.map(({ labels }) => [labels['runtime'], labels['name'], labels['container_id']]),
    [['lxc', NAME, NAME]],
  );
  const valuesOf = async () => containerValues(await scrape(program.url), infos[0]?.labels['id'] ?? '');
  const pid = Number(execute(['lxc-info', ...flags, '--pid', '--no-humanize']));
  await assertMatchesKernel(pid, valuesOf, 'lo');
  const values = await valuesOf();
  assert.equal(values.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
  assert.equal(values.get('processes'), 1);
  // Repeat a failed comparison: memory that LXC used to start the container may be freed between the two readings.
  await eventually(
    async () => {
      const [, used = ''] = /^Memory use:\s*(.*)$/m.exec(execute(['lxc-info', ...flags, '--stats'])) ?? [];
      const memory = (await valuesOf()).get('memory_usage_bytes') ?? Number.NaN;
      return { memory, used: parseBytes(used.replace(' ', '')) };
    },
    ({ memory, used }) => Math.abs(memory - used) < 2 ** 20,
  );
});
