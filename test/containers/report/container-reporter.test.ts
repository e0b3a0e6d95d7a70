import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContainerReporter } from '../../../src/containers/report/container-reporter.ts';
import { CGROUP2, cgroup, ID_A, netDev, processFiles } from '../../support/cgroup-files.ts';
import { createHostTree, type HostTree } from '../../support/host-tree.ts';

const DIRECTORY = `sys/fs/cgroup/docker/${ID_A}`;

function files(cpu: number, bytes: number, pid = 800) {
  return {
    ...cgroup(DIRECTORY, { 'cgroup.procs': `${pid}\n`, 'cpu.stat': `usage_usec ${cpu}\n` }),
    ...processFiles(pid, { startedAfter: pid, net: netDev('eth0', bytes) }),
  };
}

/** Makes a report in a new pass. */
function report(reporter: ContainerReporter, { host }: HostTree) {
  return reporter.report(host.forPass(performance.now() + 60_000));
}

test('ContainerReporter computes rates since its previous report, and none across a restart', async () => {
  let now = 100;
  await using machine = await createHostTree({ ...CGROUP2, ...files(1_000_000, 1000) }, { elapsed: () => now });
  const reporter = new ContainerReporter([]);
  const other = new ContainerReporter([]);
  const rates = async (from: ContainerReporter) => {
    const [entry] = await report(from, machine);
    return [entry?.cpu.share, entry?.network?.receivedBytesPerSecond, entry?.network?.transmittedBytesPerSecond];
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
  // A cgroup that is created again has another inode.
  await machine.write(
    Object.fromEntries(next.map(([path, text]) => [path.replace(DIRECTORY, `${DIRECTORY}-next`), text])),
  );
  await machine.remove(DIRECTORY);
  await rename(join(machine.root, `${DIRECTORY}-next`), join(machine.root, DIRECTORY));
  assert.deepEqual(await rates(reporter), [null, null, null]);
});

test('ContainerReporter drops a container that has ended', async () => {
  await using machine = await createHostTree({ ...CGROUP2, ...files(1, 1), 'sys/fs/cgroup/docker/cpu.stat': '' });
  const reporter = new ContainerReporter([]);
  assert.equal((await report(reporter, machine)).length, 1);
  await machine.remove(DIRECTORY);
  assert.deepEqual(await report(reporter, machine), []);
});
