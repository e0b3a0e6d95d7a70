import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { containers } from '../../../src/collectors/containers.ts';
import { createContainerAttributes } from '../../../src/containers/metrics/attributes.ts';
import { formatFamilies } from '../../semconv/semconv-pass.ts';
import { CGROUP2, cgroup, ID_A, netDev, processFiles } from '../../support/cgroup-files.ts';
import { createHostTree } from '../../support/host-tree.ts';

const DIRECTORY = `sys/fs/cgroup/docker/${ID_A}`;

function cpu(user: number, system: number) {
  return cgroup(DIRECTORY, { 'cpu.stat': `usage_usec ${user + system}\nuser_usec ${user}\nsystem_usec ${system}\n` });
}

const FILES = {
  ...CGROUP2,
  ...cpu(1_000_000, 500_000),
  ...cgroup(DIRECTORY, {
    'cgroup.procs': '800\n',
    'memory.current': '5000000\n',
    'memory.max': '8000000\n',
    'memory.stat': 'anon 3000000\ninactive_file 1000000\npgfault 700\npgmajfault 20\n',
    'io.stat': '8:0 rbytes=4096 wbytes=8192 rios=1 wios=2\n',
  }),
  'sys/dev/block/8:0': { link: '../../devices/pci0000:00/block/sda' },
  ...processFiles(800, { startedAfter: 10, net: netDev('eth0', 1000) }),
};

test('containers emits the semantic conventions, with the start time of the container', async () => {
  let elapsed = 100;
  await using machine = await createHostTree(FILES, { elapsed: () => elapsed, now: () => 1_700_000_025 });
  const defaults = Object.fromEntries(Object.entries(containers.flags).map(([name, flag]) => [name, flag.default]));
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: [containers.create(defaults)],
    selfMetrics: [],
    observe: () => undefined,
  });
  const gather = async () => {
    const { families } = await gatherer.gather({ convention: 'semconv', deadline: performance.now() + 60_000 });
    return formatFamilies(families).replaceAll(`container.id="${ID_A}",container.runtime.name="docker"`, 'A');
  };
  assert.equal(
    await gather(),
    [
      '# container.uptime gauge s',
      'container.uptime{A} 15',
      '# container.cpu.time counter s',
      'container.cpu.time{A,cpu.mode="user"} 1 since 1700000010',
      'container.cpu.time{A,cpu.mode="system"} 0.5 since 1700000010',
      '# container.memory.usage updowncounter By',
      'container.memory.usage{A} 5000000 since 1700000010',
      '# container.memory.working_set updowncounter By',
      'container.memory.working_set{A} 4000000 since 1700000010',
      '# container.memory.available updowncounter By',
      'container.memory.available{A} 4000000 since 1700000010',
      '# container.memory.rss updowncounter By',
      'container.memory.rss{A} 3000000 since 1700000010',
      '# container.paging.faults counter {fault}',
      'container.paging.faults{A,system.paging.fault.type="major"} 20 since 1700000010',
      'container.paging.faults{A,system.paging.fault.type="minor"} 680 since 1700000010',
      '# container.disk.io counter By',
      'container.disk.io{A,system.device="sda",disk.io.direction="read"} 4096 since 1700000010',
      'container.disk.io{A,system.device="sda",disk.io.direction="write"} 8192 since 1700000010',
      '# container.network.io counter By',
      'container.network.io{A,network.interface.name="eth0",network.io.direction="receive"} 1000 since 1700000010',
      'container.network.io{A,network.interface.name="eth0",network.io.direction="transmit"} 1000 since 1700000010',
      '',
    ].join('\n'),
  );
  const usage = async () => [...(await gather()).matchAll(/^container\.cpu\.usage\{A,(.*)$/gm)].map(([, text]) => text);

  elapsed += 10;
  await machine.write(cpu(6_000_000, 1_500_000));
  assert.deepEqual(await usage(), ['cpu.mode="user"} 0.5', 'cpu.mode="system"} 0.1']);

  // The CPU time in user mode has decreased, so only the system mode has a usage.
  elapsed += 10;
  await machine.write(cpu(5_000_000, 2_500_000));
  assert.deepEqual(await usage(), ['cpu.mode="system"} 0.1']);

  // The kernel no longer reports the modes, and the first total has no previous value.
  elapsed += 10;
  await machine.write(cgroup(DIRECTORY, { 'cpu.stat': 'usage_usec 9000000\n' }));
  assert.deepEqual(await usage(), []);
  elapsed += 10;
  await machine.write(cgroup(DIRECTORY, { 'cpu.stat': 'usage_usec 19000000\n' }));
  assert.match(
    await gather(),
    /^container\.cpu\.time\{A\} 19 since 1700000010\n# container\.cpu\.usage .*\n.*\{A\} 1$/m,
  );

  // Without a limit, the available memory is unknown.
  await machine.write(cgroup(DIRECTORY, { 'memory.max': 'max\n' }));
  assert.doesNotMatch(await gather(), /container\.memory\.available/);
});

const IDENTITY = { uniqueId: ID_A, runtime: 'containerd', podUid: 'uid' } as const;

test('createContainerAttributes() includes the pod, and the image name without tag and digest', () => {
  const metadata = { name: 'k8s_app', image: 'registry:5000/team/app:1.2@sha256:ab', namespace: 'prod', pod: 'web-1' };
  assert.deepEqual(createContainerAttributes(IDENTITY, { ...metadata, container: 'app' }), {
    'container.id': ID_A,
    'container.name': 'k8s_app',
    'container.image.name': 'registry:5000/team/app',
    'container.runtime.name': 'containerd',
    'k8s.namespace.name': 'prod',
    'k8s.pod.name': 'web-1',
    'k8s.pod.uid': 'uid',
    'k8s.container.name': 'app',
  });
});

test('createContainerAttributes() omits the container name of a sandbox, and an image that is only an id', () => {
  const attributes = createContainerAttributes(IDENTITY, { image: `sha256:${ID_A}`, container: 'POD' });
  const defined = Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  assert.deepEqual(defined, ['container.id', 'container.runtime.name', 'k8s.pod.uid']);
});

test('createContainerAttributes() takes the UID of the pod from the metadata if the cgroup does not contain it', () => {
  const { podUid: _, ...identity } = IDENTITY;
  const attributes = createContainerAttributes({ ...identity, podUid: undefined }, { podUid: 'uid-1' });
  assert.equal(attributes['k8s.pod.uid'], 'uid-1');
});
