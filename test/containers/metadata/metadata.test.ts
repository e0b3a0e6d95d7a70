import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gatherer } from '../../../src/collection/gatherer.ts';
import { containers } from '../../../src/collectors/containers.ts';
import { CGROUP2, cgroup, ID_A, ID_B } from '../../support/cgroup-files.ts';
import { collect } from '../../support/collect.ts';
import { createHostTree, type Files, type HostTree } from '../../support/host-tree.ts';
import { encodeField } from '../../support/protobuf-field.ts';
import { startGrpcServer, startHttpServer } from '../../support/unix-servers.ts';

const UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const DOCKER_A = cgroup(`sys/fs/cgroup/docker/${ID_A}`, { 'pids.current': '1\n' });
const POD_A = cgroup(`sys/fs/cgroup/kubepods/pod${UID}/${ID_A}`, { 'pids.current': '1\n' });
const POD_B = cgroup(`sys/fs/cgroup/kubepods/pod${UID}/${ID_B}`, { 'pids.current': '2\n' });

/** What is said of names: the labels of container_info but for those that say where it is, and the sources. */
async function namesOf(machine: HostTree, flags: Readonly<Record<string, unknown>> = {}) {
  const { state, errors, lines } = await collect(containers, machine.host, flags);
  const infos = lines.filter((line) => line.startsWith('container_info{'));
  const ofRoot = (text: string): string => text.replaceAll(machine.root, '');
  return {
    state,
    errors: errors.map(ofRoot),
    names: infos.map((line) => /^container_info\{id="[^"]*",?(.*?),?(runtime="[^"]*",)?container_id=/.exec(line)?.[1]),
    labels: infos.flatMap((line) => /container_label_.*(?=\})/.exec(line)?.[0] ?? []),
    sources: lines.flatMap(
      (line) => /^node_container_names_source\{source="(.*)"\} (.)/.exec(line)?.slice(1, 3).join() ?? [],
    ),
    threads: lines.filter((line) => line.startsWith('container_threads')).length,
  };
}

function named(names: readonly string[], sources: readonly string[]) {
  return { state: 'ok', errors: [], names, labels: [], sources, threads: names.length };
}

test('names come from the log files of Kubernetes', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...POD_A,
    ...POD_B,
    [`root/var/log/containers/web-7d9f_prod_my-app-${ID_A}.log`]: { link: '../../../../../etc/shadow' },
    'root/var/log/containers/README': 'not a log\n',
    [`root/var/log/pods/prod_web-7d9f_${UID}/`]: '',
  });
  assert.deepEqual(
    await namesOf(machine),
    named(
      ['namespace="prod",pod="web-7d9f",container="my-app"', 'namespace="prod",pod="web-7d9f"'],
      ['kubernetes-logs,1'],
    ),
  );
});

function dockerFolder(folder: string): Files {
  const config = {
    Name: '/web',
    Config: { Image: 'nginx:1.27', Env: ['SECRET=hunter2'], Labels: { team: 'a', token: 'hunter2' } },
  };
  return { [`root${folder}/config.v2.json`]: JSON.stringify(config) };
}

test("names come from Docker's own folder of a container, and of its labels only those that are allowed", async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...DOCKER_A,
    ...dockerFolder(`/var/lib/docker/containers/${ID_A}`),
  });
  assert.deepEqual(await namesOf(machine), named(['name="web",image="nginx:1.27"'], ['runtime-state,1']));
  const { labels } = await namesOf(machine, { 'containers.labels': ['team', 'not.there'] });
  assert.deepEqual(labels, ['container_label_team="a"']);
  const { lines } = await collect(containers, machine.host);
  assert.doesNotMatch(lines.join('\n'), /hunter2|SECRET/);
});

test("names come from Docker's folder elsewhere, where the mounts of the container lead", async () => {
  const mounts = [{ source: 'proc' }, { source: `/srv/data/containers/${ID_A}/hostname` }];
  await using machine = await createHostTree({
    ...CGROUP2,
    ...DOCKER_A,
    [`root/run/docker/runtime-runc/moby/${ID_A}/state.json`]: JSON.stringify({ id: ID_A, config: { mounts } }),
    ...dockerFolder(`/srv/data/containers/${ID_A}`),
  });
  assert.deepEqual(await namesOf(machine), named(['name="web",image="nginx:1.27"'], ['runtime-state,1']));
});

test('names come from the bundle of containerd', async () => {
  const annotations = {
    'io.kubernetes.cri.container-name': 'app',
    'io.kubernetes.cri.image-name': 'registry/app:1',
    'io.kubernetes.cri.sandbox-name': 'web-7d9f',
    'io.kubernetes.cri.sandbox-namespace': 'prod',
  };
  await using machine = await createHostTree({
    ...CGROUP2,
    ...POD_A,
    [`root/run/containerd/io.containerd.runtime.v2.task/k8s.io/${ID_A}/config.json`]: JSON.stringify({ annotations }),
  });
  assert.deepEqual(
    await namesOf(machine),
    named(['image="registry/app:1",namespace="prod",pod="web-7d9f",container="app"'], ['runtime-state,1']),
  );
});

test('names come from the list of Podman, of the system and of a user', async () => {
  const metadata = JSON.stringify({ 'image-name': 'localhost/app:1', name: 'web' });
  const store = 'containers/storage/overlay-containers/containers.json';
  await using machine = await createHostTree({
    ...CGROUP2,
    ...cgroup(`sys/fs/cgroup/machine.slice/libpod-${ID_A}.scope`, { 'pids.current': '1\n' }),
    ...cgroup(`sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID_B}.scope`, {
      'pids.current': '2\n',
    }),
    [`root/var/lib/${store}`]: JSON.stringify([{ id: ID_A, names: ['web'], image: 'c0ffee', metadata }]),
    'root/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\npaul:x:1000:1000:Paul:/home/paul:/bin/sh\n',
    [`root/home/paul/.local/share/${store}`]: JSON.stringify([{ id: ID_B, names: ['mine'] }]),
  });
  assert.deepEqual(
    await namesOf(machine),
    named(['name="web",image="localhost/app:1"', 'name="mine"'], ['runtime-state,1']),
  );
});

const LIST = [
  { Id: ID_A, Names: ['/other/link', '/web'], Image: 'nginx', Labels: { 'io.kubernetes.pod.name': 'web-7d9f' } },
  { Id: ID_B, Names: null, Image: 7, Labels: null },
];

test('names come from the interface of Docker', async () => {
  const asked: string[] = [];
  await using docker = await startHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(JSON.stringify(LIST));
  });
  await using machine = await createHostTree({ ...CGROUP2, ...DOCKER_A });
  assert.deepEqual(
    await namesOf(machine, { 'containers.docker-socket': docker.path }),
    named(['name="web",image="nginx",pod="web-7d9f"'], ['docker,1']),
  );
  assert.deepEqual(asked, ['GET /containers/json']);
});

test('names come from the runtime interface of Kubernetes', async () => {
  const label = (key: string, value: string): Buffer =>
    encodeField(8, Buffer.concat([encodeField(1, key), encodeField(2, value)]));
  const container = Buffer.concat([
    encodeField(1, ID_A),
    encodeField(2, ID_B),
    encodeField(3, encodeField(1, 'app')),
    encodeField(4, encodeField(1, 'registry/app:1')),
    // State and time of creation are numbers.
    Buffer.from([6 * 8, 1, 7 * 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    label('io.kubernetes.pod.name', 'web-7d9f'),
    label('io.kubernetes.pod.namespace', 'prod'),
    label('io.kubernetes.container.name', 'app'),
  ]);
  const sandbox = Buffer.concat([
    encodeField(1, ID_B),
    encodeField(2, Buffer.concat([encodeField(1, 'web-7d9f'), encodeField(3, 'prod')])),
  ]);
  await using cri = await startGrpcServer({
    '/runtime.v1.RuntimeService/ListContainers': encodeField(1, container),
    '/runtime.v1.RuntimeService/ListPodSandbox': encodeField(1, sandbox),
  });
  await using machine = await createHostTree({ ...CGROUP2, ...POD_A, ...POD_B });
  assert.deepEqual(
    await namesOf(machine, { 'containers.cri-socket': cri.path }),
    named(
      [
        'name="app",image="registry/app:1",namespace="prod",pod="web-7d9f",container="app"',
        'namespace="prod",pod="web-7d9f"',
      ],
      ['cri,1'],
    ),
  );
});

test('sources are asked when a container is new, and again when it has no name yet', async () => {
  let now = 1_800_000_000;
  let list: unknown = [];
  let asked = 0;
  await using docker = await startHttpServer((_, response) => {
    asked += 1;
    response.end(JSON.stringify(list));
  });
  await using machine = await createHostTree({ ...CGROUP2, ...DOCKER_A }, { now: () => now });
  const flags = Object.fromEntries(Object.entries(containers.flags).map(([name, flag]) => [name, flag.default]));
  const gatherer = new Gatherer({
    host: machine.host,
    collectors: [containers.create({ ...flags, 'containers.docker-socket': docker.path })],
    selfMetrics: [],
    observe: () => undefined,
  });
  const pass = async (): Promise<readonly unknown[]> => {
    const { families } = await gatherer.gather({ deadline: performance.now() + 60_000 });
    const info = families.find(({ family }) => family.name === 'container_info');
    return [...(info?.samples ?? [])].map(({ labels }) => labels['name']);
  };
  assert.deepEqual([await pass(), asked], [[undefined], 1]);
  assert.deepEqual([await pass(), asked], [[undefined], 1]);
  now += 1;
  list = LIST;
  assert.deepEqual([await pass(), asked], [['web'], 2]);
  now += 60;
  assert.deepEqual([await pass(), asked], [['web'], 2]);
  await machine.write(cgroup(`sys/fs/cgroup/docker/${ID_B}`, { 'pids.current': '2\n' }));
  assert.deepEqual([await pass(), asked], [['web', undefined], 3]);
  list = [{ ...LIST[0], Names: ['/renamed'] }];
  now += 300;
  assert.deepEqual([await pass(), asked], [['renamed', undefined], 4]);
});
