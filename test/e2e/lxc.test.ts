import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertMatchesKernel, removeCgroup } from './support/cgroups.ts';
import { createBusyboxArchive } from './support/docker/busybox.ts';
import { execute } from './support/docker/engine.ts';
import { eventually } from './support/eventually.ts';
import { parseBytes } from './support/parse-bytes.ts';
import { startProgram } from './support/program.ts';
import { missing } from './support/requirements.ts';
import { containerValues, scrape } from './support/series.ts';

const NAME = `test-${process.pid}`;

/** Starts a container with a network and a memory limit of its own, and gives the folder that LXC knows it by. */
function startLxc(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lxc-'));
  createBusyboxArchive(folder);
  const root = join(folder, 'root');
  for (const name of ['proc', 'sys', 'dev']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'bin/burn'), '#!/bin/busybox sh\nwhile :; do :; done\n', { mode: 0o755 });
  mkdirSync(join(folder, NAME));
  const lines = [
    `lxc.rootfs.path = dir:${root}`,
    'lxc.net.0.type = empty',
    'lxc.init.cmd = /bin/burn',
    'lxc.apparmor.profile = unconfined',
    'lxc.cgroup.memory.limit_in_bytes = 64M',
    'lxc.cgroup2.memory.max = 64M',
  ];
  writeFileSync(join(folder, NAME, 'config'), lines.join('\n'));
  execute(['lxc-start', `--lxcpath=${folder}`, `--name=${NAME}`, '--daemon']);
  t.after(() => {
    execute(['lxc-stop', `--lxcpath=${folder}`, `--name=${NAME}`, '--kill']);
    // What the monitor leaves behind.
    removeCgroup('lxc.pivot');
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('a container of a real LXC is what the kernel and LXC say, and its monitor is none', {
  skip: missing('lxc-start', 'busybox') || (process.getuid?.() !== 0 && 'LXC of the system needs root'),
}, async (t) => {
  const folder = startLxc(t);
  const own = [`--lxcpath=${folder}`, `--name=${NAME}`];
  await using program = await startProgram(['--collector.disable-defaults', '--collector.containers']);
  const infos = (await scrape(program.url)).filter(({ name, labels }) => {
    return name === 'container_info' && labels['name']?.includes(NAME);
  });
  assert.deepEqual(
    infos.map(({ labels }) => [labels['runtime'], labels['name'], labels['container_id']]),
    [['lxc', NAME, NAME]],
  );
  const valuesOf = async () => containerValues(await scrape(program.url), infos[0]?.labels['id'] ?? '');
  const pid = Number(execute(['lxc-info', ...own, '--pid', '--no-humanize']));
  await assertMatchesKernel(pid, valuesOf, 'lo');
  const values = await valuesOf();
  assert.equal(values.get('spec_memory_limit_bytes'), 64 * 2 ** 20);
  assert.equal(values.get('processes'), 1);
  // What LXC needed to start it may come and go between two answers.
  await eventually(
    async () => {
      const [, used = ''] = /^Memory use:\s*(.*)$/m.exec(execute(['lxc-info', ...own, '--stats'])) ?? [];
      const memory = (await valuesOf()).get('memory_usage_bytes') ?? Number.NaN;
      return { memory, used: parseBytes(used.replace(' ', '')) };
    },
    ({ memory, used }) => Math.abs(memory - used) < 2 ** 20,
  );
});
