import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerReader } from '../../../src/containers/usage/container-reader.ts';
import { CGROUP2, cgroup, ID_A, ID_B, netDev, processFiles } from '../../support/cgroup-files.ts';
import { createHostTree, type Files, type HostTree } from '../../support/host-tree.ts';

const BOOT = 1_700_000_000;
const HOST = { net: 1, mnt: 1 };
const A = `/docker/${ID_A}`;

/** Files of the first process of the host, and of a host with cgroup v2. */
const HOST_FILES: Files = {
  ...CGROUP2,
  ...processFiles(1, { net: netDev('eth0', 9), namespacePids: [1], namespaces: HOST }),
};

/** The values of a container that the tests compare. */
interface Measured {
  /** Received bytes by interface; `undefined` if the container has no network. */
  readonly network: Readonly<Record<string, number | undefined>> | undefined;
  /** Seconds between boot and the start of the container. */
  readonly startedAfter: number | undefined;
}

/** Returns a function that runs a pass and returns the containers by the path of their cgroup. */
function createReader(tree: HostTree): () => Promise<Readonly<Record<string, Measured>>> {
  const reader = new ContainerReader([]);
  return async () => {
    const host = tree.host.forPass(performance.now() + 60_000);
    const { containers } = await reader.find(host);
    const measured: Record<string, Measured> = {};
    const errors = reader.readProcesses(host, containers, ({ container, network, startTime }) => {
      const entries = network?.map(({ name, received }) => [name, received.bytes] as const);
      measured[container.path] = {
        network: entries && Object.fromEntries(entries),
        startedAfter: startTime === undefined ? undefined : startTime - BOOT,
      };
    });
    assert.deepEqual(errors, []);
    return measured;
  };
}

/** Reads the containers of a host with these files. Asserts that all passes return the same values. */
async function measure(files: Files): Promise<Readonly<Record<string, Measured>>> {
  await using tree = await createHostTree({ ...HOST_FILES, ...files });
  const read = createReader(tree);
  const first = await read();
  assert.deepEqual(await read(), first);
  assert.deepEqual(await read(), first);
  return first;
}

/** Returns the files of the container A with these processes in its cgroup. */
function containerOf(...pids: readonly number[]): Files {
  return cgroup(`sys/fs/cgroup${A}`, { 'cgroup.procs': pids.map((pid) => `${pid}\n`).join('') });
}

/** Returns the files of a process in the namespaces of the container A. */
function member(pid: number, startedAfter: number, namespacePids: readonly number[]): Files {
  return processFiles(pid, {
    startedAfter,
    net: netDev('eth0', 7),
    namespacePids,
    namespaces: { net: 100, mnt: 100 },
  });
}

const MEASURED: Measured = { network: { eth0: 7 }, startedAfter: 50 };

test('the network and the start of a container are those of PID 1, not of a command that joined the container', async () => {
  const files = {
    ...containerOf(300, 301, 900),
    // After the kernel has used all PIDs, new processes have low PIDs.
    ...processFiles(300, { startedAfter: 70, net: netDev('tap0', 3), namespaces: { net: 101, mnt: 100 } }),
    ...member(301, 60, [301, 20]),
    ...member(900, 50, [900, 1]),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('a monitor process on the host is not the init process of its container', async () => {
  const monitor = (mnt: number): Files =>
    processFiles(700, { startedAfter: 10, net: netDev('eth0', 9), namespacePids: [700], namespaces: { net: 1, mnt } });
  const container = { ...containerOf(700, 701), ...member(701, 50, [701, 1]) };
  assert.deepEqual(await measure({ ...container, ...monitor(1) }), { [A]: MEASURED });
  // The service of the monitor has a separate mount namespace.
  assert.deepEqual(await measure({ ...container, ...monitor(55) }), { [A]: MEASURED });
});

test('a monitor process is not the init process if the links to the namespaces are not readable', async () => {
  const files = {
    ...containerOf(700, 701),
    ...processFiles(700, { startedAfter: 10, namespacePids: [700] }),
    'proc/700/net': { link: '../1/net' },
    ...processFiles(701, { startedAfter: 50, net: netDev('eth0', 7), namespacePids: [701, 1] }),
  };
  const { [`proc/1/ns/net`]: _net, [`proc/1/ns/mnt`]: _mnt, ...host } = HOST_FILES;
  await using tree = await createHostTree({ ...host, ...files });
  assert.deepEqual(await createReader(tree)(), { [A]: MEASURED });
});

test('an older process of another container is not the init process of the container into which it was moved', async () => {
  const files = {
    ...containerOf(400, 800),
    ...processFiles(400, {
      startedAfter: 5,
      net: netDev('eth0', 4000),
      namespacePids: [400, 12],
      namespaces: { net: 55, mnt: 55 },
    }),
    ...member(800, 50, [800, 1]),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('the init process of a container is not a process of a nested container', async () => {
  const inner = `${A}/system.slice/docker-${ID_B}.scope`;
  const files = {
    ...containerOf(),
    ...cgroup(`sys/fs/cgroup${A}/init.scope`, { 'cgroup.procs': '800\n' }),
    ...cgroup(`sys/fs/cgroup${inner}`, { 'cgroup.procs': '' }),
    ...cgroup(`sys/fs/cgroup${inner}/app`, { 'cgroup.procs': '20\n' }),
    ...processFiles(20, { startedAfter: 60, net: netDev('eth0', 1), namespaces: { net: 200, mnt: 200 } }),
    ...processFiles(800, { startedAfter: 50, net: netDev('eth0', 7), namespaces: { net: 100, mnt: 100 } }),
  };
  assert.deepEqual(await measure(files), {
    [A]: MEASURED,
    [inner]: { network: { eth0: 1 }, startedAfter: 60 },
  });
});

test('a container whose own processes are hidden has no network, although a nested container has one', async () => {
  const inner = `${A}/docker/${ID_B}`;
  const files = {
    ...containerOf(800),
    ...cgroup(`sys/fs/cgroup${inner}`, { 'cgroup.procs': '801\n' }),
    ...processFiles(801, { startedAfter: 60, net: netDev('eth0', 1), namespaces: { net: 200, mnt: 200 } }),
  };
  const measured = await measure(files);
  assert.equal(measured[A]?.network, undefined);
  assert.deepEqual(measured[inner], { network: { eth0: 1 }, startedAfter: 60 });
});

test('a container that shares namespaces with the host starts with its first process, not with a process that was moved', async () => {
  const files = {
    ...containerOf(700, 800),
    ...processFiles(700, { startedAfter: 10, net: netDev('eth0', 9), namespacePids: [700], namespaces: HOST }),
    ...processFiles(800, {
      startedAfter: 50,
      net: netDev('eth0', 9),
      namespacePids: [800],
      namespaces: { net: 1, mnt: 100 },
    }),
  };
  assert.deepEqual(await measure(files), { [A]: { network: undefined, startedAfter: 50 } });
});

test('the init process has the fewest nested PID namespaces if inner containers are not recognized', async () => {
  const files = {
    ...containerOf(800, 801),
    ...member(801, 50, [801, 1]),
    ...processFiles(800, {
      startedAfter: 50,
      net: netDev('veth1', 1),
      namespacePids: [800, 30, 1],
      namespaces: { net: 200, mnt: 200 },
    }),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('the supervisor of systemd-nspawn is not the init process', async () => {
  const path = '/machine.slice/machine-web.scope';
  const files = {
    ...cgroup(`sys/fs/cgroup${path}`, { 'cgroup.procs': '' }),
    ...cgroup(`sys/fs/cgroup${path}/supervisor`, { 'cgroup.procs': '700\n' }),
    ...cgroup(`sys/fs/cgroup${path}/payload/init.scope`, { 'cgroup.procs': '701\n' }),
    ...processFiles(700, { startedAfter: 10, net: netDev('eth0', 9), namespaces: { net: 1, mnt: 33 } }),
    ...processFiles(701, { startedAfter: 50, net: netDev('host0', 7), namespaces: { net: 100, mnt: 100 } }),
  };
  assert.deepEqual(await measure(files), { [path]: { network: { host0: 7 }, startedAfter: 50 } });
  // The init process shares the network of the host, so that the container has only a start time.
  const onHostNetwork = {
    ...files,
    ...processFiles(701, { startedAfter: 50, net: netDev('eth0', 9), namespaces: { net: 1, mnt: 100 } }),
  };
  assert.deepEqual(await measure(onHostNetwork), { [path]: { network: undefined, startedAfter: 50 } });
});

test('a container on the network of the host has no network, although a child process has another network', async () => {
  const files = {
    ...containerOf(800, 801),
    ...processFiles(800, {
      startedAfter: 50,
      net: netDev('eth0', 9),
      namespacePids: [800, 1],
      namespaces: { net: 1, mnt: 100 },
    }),
    ...processFiles(801, {
      startedAfter: 60,
      net: netDev('veth0', 3),
      namespacePids: [801, 30, 1],
      namespaces: { net: 101, mnt: 101 },
    }),
  };
  assert.deepEqual(await measure(files), { [A]: { network: undefined, startedAfter: 50 } });
});

test('a container with the PID namespace of the host has the network of its oldest process', async () => {
  const files = {
    ...containerOf(800, 801),
    ...processFiles(801, {
      startedAfter: 60,
      net: netDev('lo', 1),
      namespacePids: [801, 1],
      namespaces: { net: 101, mnt: 101 },
    }),
    ...member(800, 50, [800]),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('the process that started a container in the network of the container is not the init process', async () => {
  const files = { ...containerOf(700, 701), ...member(700, 49, [700]), ...member(701, 50, [701, 1]) };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('the virtual machine monitor of a container has the network of the container', async () => {
  const files = {
    ...containerOf(700, 701),
    ...processFiles(700, { startedAfter: 10, net: netDev('eth0', 9), namespacePids: [700], namespaces: HOST }),
    ...processFiles(701, {
      startedAfter: 50,
      net: netDev('eth0', 7),
      namespacePids: [701],
      namespaces: { net: 100, mnt: 1 },
    }),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('of two processes with PID 1, the init process is the one with a network device', async () => {
  const files = {
    ...containerOf(700, 701),
    ...processFiles(700, {
      startedAfter: 49,
      net: netDev('lo', 0),
      namespacePids: [700, 1],
      namespaces: { net: 99, mnt: 99 },
    }),
    ...member(701, 50, [701, 1]),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('a visible process replaces a hidden init process, and the container did not start after its cgroup', async () => {
  const files = { ...containerOf(800, 801), ...member(801, 1e9, [801, 20]) };
  const { [A]: container } = await measure(files);
  assert.deepEqual(container?.network, { eth0: 7 });
  assert.ok(container?.startedAfter !== undefined && container.startedAfter < 1e9);
});

test('an init process whose main thread has ended determines the start, and another process the network', async () => {
  const files = {
    ...containerOf(800, 801),
    ...processFiles(800, { startedAfter: 50, namespacePids: [800, 1] }),
    ...member(801, 60, [801, 20]),
  };
  assert.deepEqual(await measure(files), { [A]: MEASURED });
});

test('a network namespace without a visible link is compared with that of the host', async () => {
  const files = {
    ...containerOf(800),
    ...processFiles(800, { startedAfter: 50, namespaces: { mnt: 100 } }),
    'proc/800/net': { link: '../1/net' },
  };
  assert.deepEqual(await measure(files), { [A]: { network: undefined, startedAfter: 50 } });
});

test('the network of the exporter counts as that of the host if the first process is hidden', async () => {
  await using tree = await createHostTree({
    ...CGROUP2,
    ...containerOf(800),
    ...processFiles(800, { startedAfter: 50, net: netDev('eth0', 9), namespaces: { net: 1 } }),
    'proc/self/ns/net': { link: 'net:[1]' },
    'proc/self/net': { link: '../800/net' },
  });
  assert.deepEqual(await createReader(tree)(), { [A]: { network: undefined, startedAfter: 50 } });
});

test('the second pass replaces a process that was found while the runtime was starting the container', async () => {
  await using tree = await createHostTree({
    ...HOST_FILES,
    ...containerOf(700),
    ...processFiles(700, { startedAfter: 10, net: netDev('eth0', 9), namespacePids: [700], namespaces: HOST }),
  });
  const read = createReader(tree);
  assert.deepEqual(await read(), { [A]: { network: undefined, startedAfter: 10 } });
  await tree.write({ ...containerOf(700, 701), ...member(701, 50, [701, 1]) });
  assert.deepEqual(await read(), { [A]: MEASURED });
});

test('the network comes from another process of the same namespace if the init process ends during the pass', async () => {
  await using tree = await createHostTree({
    ...HOST_FILES,
    ...containerOf(800, 801, 802),
    ...member(800, 50, [800, 1]),
    ...processFiles(801, { net: netDev('tap0', 1), namespaces: { net: 101 }, startedAfter: 60 }),
    ...member(802, 70, [802, 20]),
  });
  const read = createReader(tree);
  await read();
  await read();
  // The file cgroup.procs still contains the process.
  await tree.remove('proc/800');
  assert.deepEqual(await read(), { [A]: MEASURED });
});

test('all start times move with a clock that was set', async () => {
  const now = { seconds: Date.now() / 1000 + 60 };
  await using tree = await createHostTree(
    {
      ...HOST_FILES,
      ...containerOf(800),
      ...member(800, 50, [800, 1]),
      ...cgroup(`sys/fs/cgroup/docker/${ID_B}`, { 'cgroup.procs': '0\n' }),
    },
    { now: () => now.seconds },
  );
  const read = createReader(tree);
  const before = await read();
  const created = before[`/docker/${ID_B}`]?.startedAfter ?? 0;
  assert.ok(created > 0);
  for (const step of [5000, -5000]) {
    await tree.write({ 'proc/stat': `btime ${BOOT + step}\n` });
    const after = await read();
    assert.equal(after[A]?.startedAfter, 50 + step);
    assert.equal(after[`/docker/${ID_B}`]?.startedAfter, created + step);
  }
});

test('a cgroup that is older than the boot or newer than the clock has no start time', async () => {
  const files = { ...HOST_FILES, ...cgroup(`sys/fs/cgroup${A}`, { 'cgroup.procs': '0\n' }) };
  const seconds = Date.now() / 1000;
  await using older = await createHostTree({ ...files, 'proc/stat': `btime ${Math.ceil(seconds) + 1000}\n` });
  assert.deepEqual(await createReader(older)(), { [A]: { network: undefined, startedAfter: undefined } });
  await using newer = await createHostTree(files, { now: () => seconds - 1000 });
  assert.deepEqual(await createReader(newer)(), { [A]: { network: undefined, startedAfter: undefined } });
});
