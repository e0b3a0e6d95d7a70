import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContainerReporter } from '../../src/containers/report.ts';
import { CGROUP2, cgroup, ID_A, netDev, processFiles } from '../support/cgroup-files.ts';
import { createHostTree, type HostTree } from '../support/host-tree.ts';

const FOLDER = `sys/fs/cgroup/docker/${ID_A}`;

function files(cpu: number, bytes: number, pid = 800) {
  return {
    ...cgroup(FOLDER, { 'cgroup.procs': `${pid}\n`, 'cpu.stat': `usage_usec ${cpu}\n` }),
    ...processFiles(pid, { startedAfter: pid, net: netDev('eth0', bytes) }),
  };
}

/** Each report is a pass of its own. */
function reportOf(reporter: ContainerReporter, { host }: HostTree) {
  return reporter.report(host.forPass(performance.now() + 60_000));
}

test('ContainerReporter counts rates from its own last report, and none over a restart', async () => {
  let now = 100;
  await using machine = await createHostTree({ ...CGROUP2, ...files(1_000_000, 1000) }, { elapsed: () => now });
  const reporter = new ContainerReporter([]);
  const other = new ContainerReporter([]);
  const rates = async (from: ContainerReporter) => {
    const [report] = await reportOf(from, machine);
    return [report?.cpu.share, report?.network?.receivedBytesPerSecond, report?.network?.transmittedBytesPerSecond];
  };
  assert.deepEqual(await rates(reporter), [null, null, null]);

  now += 10;
  await machine.write(files(6_000_000, 2000));
  assert.deepEqual(await rates(other), [null, null, null]);
  assert.deepEqual(await rates(reporter), [0.5, 100, 100]);

  now += 10;
  await machine.write(files(7_000_000, 2500));
  assert.deepEqual(await rates(reporter), [0.1, 50, 50]);
  assert.deepEqual(await rates(other), [0.1, 50, 50]);

  now += 10;
  const next = Object.entries(files(9_000_000, 9000, 900));
  // The folder of a cgroup that is made anew is another one.
  await machine.write(Object.fromEntries(next.map(([path, text]) => [path.replace(FOLDER, `${FOLDER}-next`), text])));
  await machine.remove(FOLDER);
  await rename(join(machine.root, `${FOLDER}-next`), join(machine.root, FOLDER));
  assert.deepEqual(await rates(reporter), [null, null, null]);
});

test('ContainerReporter knows nothing of a container that is gone', async () => {
  await using machine = await createHostTree({ ...CGROUP2, ...files(1, 1), 'sys/fs/cgroup/docker/cpu.stat': '' });
  const reporter = new ContainerReporter([]);
  assert.equal((await reportOf(reporter, machine)).length, 1);
  await machine.remove(FOLDER);
  assert.deepEqual(await reportOf(reporter, machine), []);
});
