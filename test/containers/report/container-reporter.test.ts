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

test('ContainerReporter computes rates since an earlier report, and none across a restart', async () => {
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

test('ContainerReporter computes rates over ten seconds even if another client requests reports often', async () => {
  let now = 100;
  await using machine = await createHostTree({ ...CGROUP2, ...files(0, 0) }, { elapsed: () => now });
  const reporter = new ContainerReporter([]);
  const rate = async (seconds: number, bytes: number) => {
    now = 100 + seconds;
    await machine.write(files(0, bytes));
    const [entry] = await report(reporter, machine);
    return entry?.network?.receivedBytesPerSecond;
  };
  assert.equal(await rate(0, 0), null);
  assert.equal(await rate(5, 50), 10);
  assert.equal(await rate(10, 100), 10);
  // The other client requests reports just before, while no bytes arrive.
  assert.equal(await rate(16, 100), 6.25);
  assert.equal(await rate(19.5, 100), 100 / 19.5);
  assert.equal(await rate(20, 200), 10);
  assert.equal(await rate(29, 290), 10);
});

test('ContainerReporter drops a container that has ended', async () => {
  await using machine = await createHostTree({ ...CGROUP2, ...files(1, 1), 'sys/fs/cgroup/docker/cpu.stat': '' });
  const reporter = new ContainerReporter([]);
  assert.equal((await report(reporter, machine)).length, 1);
  await machine.remove(DIRECTORY);
  assert.deepEqual(await report(reporter, machine), []);
});
