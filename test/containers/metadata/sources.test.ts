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

interface Collected {
  readonly state: string;
  readonly errors: readonly string[];
  /** Label values of each container_info series, without id, runtime, container_id and user-defined labels. */
  readonly metadata: readonly (string | undefined)[];
  /** User-defined labels of the container_info series. */
  readonly labels: readonly string[];
  /** Name and availability of each source. */
  readonly sources: readonly string[];
  /** Number of container_threads series: one per container. */
  readonly threads: number;
}

async function collectMetadata(machine: HostTree, flags: Readonly<Record<string, unknown>> = {}): Promise<Collected> {
  const { state, errors, lines } = await collect(containers, machine.host, flags);
  const infos = lines.filter((line) => line.startsWith('container_info{'));
  const relative = (text: string): string => text.replaceAll(machine.root, '');
  return {
    state,
    errors: errors.map(relative),
    metadata: infos.map(
      (line) => /^container_info\{id="[^"]*",?(.*?),?(runtime="[^"]*",)?container_id=/.exec(line)?.[1],
    ),
    labels: infos.flatMap((line) => /container_label_.*(?=\})/.exec(line)?.[0] ?? []),
    sources: lines.flatMap(
      (line) => /^node_container_names_source\{source="(.*)"\} (.)/.exec(line)?.slice(1, 3).join() ?? [],
    ),
    threads: lines.filter((line) => line.startsWith('container_threads')).length,
  };
}

function expected(metadata: readonly string[], sources: readonly string[]): Collected {
  return { state: 'ok', errors: [], metadata, labels: [], sources, threads: metadata.length };
}

test('kubernetesLogs finds metadata in the names of log files', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...POD_A,
    ...POD_B,
    [`root/var/log/containers/web-7d9f_prod_my-app-${ID_A}.log`]: { link: '../../../../../etc/shadow' },
    'root/var/log/containers/README': 'not a log\n',
    [`root/var/log/pods/prod_web-7d9f_${UID}/`]: '',
  });
  assert.deepEqual(
    await collectMetadata(machine),
    expected(
      ['namespace="prod",pod="web-7d9f",container="my-app"', 'namespace="prod",pod="web-7d9f"'],
      ['kubernetes-logs,1'],
    ),
  );
});

function dockerState(directory: string): Files {
  const config = {
    Name: '/web',
    Config: { Image: 'nginx:1.27', Env: ['SECRET=hunter2'], Labels: { team: 'a', token: 'hunter2' } },
  };
  return { [`root${directory}/config.v2.json`]: JSON.stringify(config) };
}

test('runtimeState finds metadata in the state directory of a Docker container, with the allowed labels only', async () => {
  await using machine = await createHostTree({
    ...CGROUP2,
    ...DOCKER_A,
    ...dockerState(`/var/lib/docker/containers/${ID_A}`),
  });
  assert.deepEqual(await collectMetadata(machine), expected(['name="web",image="nginx:1.27"'], ['runtime-state,1']));
  const { labels } = await collectMetadata(machine, { 'containers.labels': ['team', 'absent.label'] });
  assert.deepEqual(labels, ['container_label_team="a"']);
  const { lines } = await collect(containers, machine.host);
  assert.doesNotMatch(lines.join('\n'), /hunter2|SECRET/);
});

test('container_info joins the values of container labels that become the same label, in the order of their names', async () => {
  const labels = { 'org.team': 'dot', org_team: 'underscore', 'org/team': 'slash', 'other.team': 'x' };
  const config = JSON.stringify({ Name: '/web', Config: { Image: 'nginx', Labels: labels } });
  await using machine = await createHostTree({
    ...CGROUP2,
    ...DOCKER_A,
    [`root/var/lib/docker/containers/${ID_A}/config.v2.json`]: config,
  });
  const allowed = ['org_team', 'org.team', 'org.team', 'org/team', 'org-team', 'other_team', 'constructor'];
  assert.deepEqual((await collectMetadata(machine, { 'containers.labels': allowed })).labels, [
    'container_label_org_team="dot;slash;underscore"',
  ]);
});

test('runtimeState finds another data directory of Docker through the mounts of a container', async () => {
  const mounts = [{ source: 'proc' }, { source: `/srv/data/containers/${ID_A}/hostname` }];
  await using machine = await createHostTree({
    ...CGROUP2,
    ...DOCKER_A,
    [`root/run/docker/runtime-runc/moby/${ID_A}/state.json`]: JSON.stringify({ id: ID_A, config: { mounts } }),
    ...dockerState(`/srv/data/containers/${ID_A}`),
  });
  assert.deepEqual(await collectMetadata(machine), expected(['name="web",image="nginx:1.27"'], ['runtime-state,1']));
});

test('runtimeState finds metadata in the bundle of a containerd container', async () => {
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
    await collectMetadata(machine),
    expected(['image="registry/app:1",namespace="prod",pod="web-7d9f",container="app"'], ['runtime-state,1']),
  );
});

test('runtimeState finds metadata in the Podman stores of the system and of a user', async () => {
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
    await collectMetadata(machine),
    expected(['name="web",image="localhost/app:1"', 'name="mine"'], ['runtime-state,1']),
  );
});

const LIST = [
  { Id: ID_A, Names: ['/other/link', '/web'], Image: 'nginx', Labels: { 'io.kubernetes.pod.name': 'web-7d9f' } },
  { Id: ID_B, Names: null, Image: 7, Labels: null },
];

test('dockerApi finds metadata in the list of running containers', async () => {
  const requests: string[] = [];
  await using docker = await startHttpServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end(JSON.stringify(LIST));
  });
  await using machine = await createHostTree({ ...CGROUP2, ...DOCKER_A });
  assert.deepEqual(
    await collectMetadata(machine, { 'containers.docker-socket': docker.path }),
    expected(['name="web",image="nginx",pod="web-7d9f"'], ['docker,1']),
  );
  assert.deepEqual(requests, ['GET /containers/json']);
});

test('criApi finds metadata of containers and of sandboxes', async () => {
  const label = (key: string, value: string): Buffer =>
    encodeField(8, Buffer.concat([encodeField(1, key), encodeField(2, value)]));
  const container = Buffer.concat([
    encodeField(1, ID_A),
    encodeField(2, ID_B),
    encodeField(3, encodeField(1, 'app')),
    encodeField(4, encodeField(1, 'registry/app:1')),
    // The fields state and created_at are numbers.
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
    await collectMetadata(machine, { 'containers.cri-socket': cri.path }),
    expected(
      [
        'name="app",image="registry/app:1",namespace="prod",pod="web-7d9f",container="app"',
        'namespace="prod",pod="web-7d9f"',
      ],
      ['cri,1'],
    ),
  );
});

test('containers shows changed metadata when a request is due again', async () => {
  let now = 1_800_000_000;
  let list: unknown = [];
  let requests = 0;
  await using docker = await startHttpServer((_, response) => {
    requests += 1;
    response.end(JSON.stringify(list));
  });
  await using machine = await createHostTree({ ...CGROUP2, ...DOCKER_A }, { elapsed: () => now });
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
  assert.deepEqual([await pass(), requests], [[undefined], 1]);
  assert.deepEqual([await pass(), requests], [[undefined], 1]);
  now += 1;
  list = LIST;
  assert.deepEqual([await pass(), requests], [['web'], 2]);
  now += 60;
  assert.deepEqual([await pass(), requests], [['web'], 2]);
  await machine.write(cgroup(`sys/fs/cgroup/docker/${ID_B}`, { 'pids.current': '2\n' }));
  assert.deepEqual([await pass(), requests], [['web', undefined], 3]);
  list = [{ ...LIST[0], Names: ['/renamed'] }];
  now += 300;
  assert.deepEqual([await pass(), requests], [['renamed', undefined], 4]);
});
