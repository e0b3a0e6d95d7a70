import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContainerTable } from '../../../src/containers/discovery/container-table.ts';
import { runtimeState } from '../../../src/containers/metadata/runtime-state.ts';
import { CGROUP2, ID_A, ID_B } from '../../support/cgroup-files.ts';
import { createHostTree, type Files } from '../../support/host-tree.ts';

const UID = '119c160d-6465-41d3-9dba-98bdb5933184';
const USER = '/user.slice/user-1000.slice/user@1000.service';
const POD = `/kubepods/pod${UID}`;
const ROOT_USER = 'root:x:0:0:root:/root:/bin/sh\n';
const PASSWD = {
  'etc/passwd': `${ROOT_USER}paul:x:1000:1000::/home/paul:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n`,
};

/** Returns the metadata of each container, without fields that are undefined, and the messages of the errors. */
async function find(paths: readonly string[], files: Files, allowed: readonly string[] = []) {
  const cgroups = Object.fromEntries(paths.map((path) => [`sys/fs/cgroup${path}/`, '']));
  const rootfs = Object.fromEntries(
    Object.entries(files).map(([path, file]) => [/^(proc|sys)\//.test(path) ? path : `root/${path}`, file]),
  );
  await using machine = await createHostTree({ ...CGROUP2, ...cgroups, ...rootfs });
  const host = machine.host.forPass(performance.now() + 60_000);
  const containers = new ContainerTable().list(host).map(({ container }) => container);
  const { metadata, errors } = await runtimeState(allowed).find(host, containers);
  return {
    metadata: JSON.parse(JSON.stringify(containers.map((container) => metadata.get(container) ?? null))),
    errors: errors.map((error) => String(error).replaceAll(machine.root, '')),
  };
}

function finds(
  subject: string,
  { path, files, expected }: { path: string; files: Files; expected: Readonly<Record<string, unknown>> },
): void {
  test(`runtimeState finds ${subject}`, async () => {
    assert.deepEqual(await find([path], files), { metadata: [expected], errors: [] });
  });
}

const WEB = { name: 'web', image: 'nginx:1' };

function dockerState(data: string, id = ID_A): Files {
  return {
    [`${data}/containers/${id}/config.v2.json`]: JSON.stringify({ Name: '/web', Config: { Image: 'nginx:1' } }),
  };
}

function bundle(directory: string, content: unknown, id = ID_A): Files {
  return { [`${directory}/${id}/config.json`]: JSON.stringify(content) };
}

function hostnameMount(data: string, id = ID_A): unknown {
  return [{ destination: '/proc', source: 'proc' }, { source: `${data}/containers/${id}/hostname` }];
}

const DOCKER = `/docker/${ID_A}`;
for (const data of ['var/lib/docker', 'var/snap/docker/common/var-lib-docker', 'mnt/data/docker']) {
  finds(`Docker's state in ${data}`, { path: DOCKER, files: dockerState(data), expected: WEB });
}
finds("the state of a user's Docker", {
  path: `${USER}/user.slice/docker-${ID_A}.scope`,
  files: { ...PASSWD, ...dockerState('home/paul/.local/share/docker') },
  expected: WEB,
});
finds("Docker's data directory in daemon.json", {
  path: DOCKER,
  files: { 'etc/docker/daemon.json': '{"data-root": "/srv/docker/"}', ...dockerState('srv/docker') },
  expected: WEB,
});
finds('the data directory that an old daemon.json sets', {
  path: DOCKER,
  files: { 'etc/docker/daemon.json': '{"graph": "/srv/docker"}', ...dockerState('srv/docker') },
  expected: WEB,
});
finds("Docker's data directory in the daemon.json of the snap", {
  path: DOCKER,
  files: { 'var/snap/docker/current/config/daemon.json': '{"data-root": "/srv/d"}', ...dockerState('srv/d') },
  expected: WEB,
});
finds("Docker's data directory in the daemon.json of a user", {
  path: `${USER}/user.slice/docker-${ID_A}.scope`,
  files: {
    ...PASSWD,
    'home/paul/.config/docker/daemon.json': '{"data-root": "/data/paul"}',
    ...dockerState('data/paul'),
  },
  expected: WEB,
});
for (const state of ['run/containerd', 'run/docker/containerd/daemon', 'run/snap.docker/containerd/daemon']) {
  finds(`Docker's data directory through the bundle in ${state}`, {
    path: DOCKER,
    files: {
      ...bundle(`${state}/io.containerd.runtime.v2.task/moby`, { mounts: hostnameMount('/srv/d') }),
      ...dockerState('srv/d'),
    },
    expected: WEB,
  });
}
finds("Docker's data directory through the exec-root in daemon.json", {
  path: DOCKER,
  files: {
    'etc/docker/daemon.json': '{"exec-root": "/var/run/engine"}',
    ...{ [`run/engine/runtime-crun/moby/${ID_A}/state.json`]: '{"config": {}}' },
    [`run/engine/runtime-runc/moby/${ID_A}/state.json`]: JSON.stringify({ config: { mounts: hostnameMount('/d') } }),
    ...dockerState('d'),
  },
  expected: WEB,
});
finds('a Docker container in the network of another container', {
  path: DOCKER,
  files: {
    ...bundle('run/containerd/io.containerd.runtime.v2.task/moby', { mounts: hostnameMount('/srv/d', ID_B) }),
    ...dockerState('srv/d'),
  },
  expected: WEB,
});
finds('a Docker container with remapped users', {
  path: DOCKER,
  files: {
    ...bundle('run/containerd/io.containerd.runtime.v2.task/moby', {
      mounts: hostnameMount('/var/lib/docker/165536.165536'),
    }),
    ...dockerState('var/lib/docker/165536.165536'),
  },
  expected: WEB,
});

const ANNOTATIONS = {
  'io.kubernetes.cri.container-name': 'app',
  'io.kubernetes.cri.image-name': 'registry/app:1',
  'io.kubernetes.cri.sandbox-name': 'web-0',
  'io.kubernetes.cri.sandbox-namespace': 'shop',
  'io.kubernetes.cri.sandbox-uid': UID,
};
const APP = { image: 'registry/app:1', namespace: 'shop', pod: 'web-0', container: 'app', podUid: UID };

for (const state of [
  'run/containerd',
  'run/k3s/containerd',
  'run/k0s/containerd',
  'var/snap/microk8s/common/run/containerd',
  'var/snap/k8s/common/run/containerd',
]) {
  finds(`containerd's state in ${state}`, {
    path: `${POD}/${ID_A}`,
    files: bundle(`${state}/io.containerd.runtime.v2.task/k8s.io`, { annotations: ANNOTATIONS }),
    expected: APP,
  });
}
for (const config of ['etc/containerd/config.toml', 'var/lib/rancher/rke2/agent/etc/containerd/config.toml']) {
  finds(`containerd's state directory in ${config}`, {
    path: `${POD}/${ID_A}`,
    files: {
      [config]: 'version = 2\nroot = "/data/containerd"\n  state = "/data/run"\n#state = "/other"\n',
      ...bundle('data/run/io.containerd.runtime.v2.task/k8s.io', { annotations: ANNOTATIONS }),
    },
    expected: APP,
  });
}
finds('the bundle of an old shim', {
  path: `${POD}/${ID_A}`,
  files: bundle('run/containerd/io.containerd.runtime.v1.linux/k8s.io', { annotations: ANNOTATIONS }),
  expected: APP,
});
finds('the image of a sandbox', {
  path: `${POD}/${ID_A}`,
  files: bundle('run/containerd/io.containerd.runtime.v2.task/k8s.io', {
    annotations: {
      'io.kubernetes.cri.sandbox-name': 'web-0',
      'io.kubernetes.cri.podsandbox.image-name': 'registry.k8s.io/pause:3.10',
    },
  }),
  expected: { image: 'registry.k8s.io/pause:3.10', pod: 'web-0' },
});
finds('a host container of Bottlerocket in the namespace default', {
  path: '/default/admin',
  files: bundle(
    'run/host-containerd/io.containerd.runtime.v2.task/default',
    { annotations: { 'io.kubernetes.cri.image-name': 'admin:1' } },
    'admin',
  ),
  expected: { image: 'admin:1' },
});
finds("nerdctl's container in another namespace", {
  path: `/system.slice/nerdctl-${ID_A}.scope`,
  files: bundle('run/containerd/io.containerd.runtime.v2.task/ci', { annotations: { 'nerdctl/name': 'job' } }),
  expected: { name: 'job' },
});
finds("a user's nerdctl", {
  path: `${USER}/user.slice/nerdctl-${ID_A}.scope`,
  files: {
    ...PASSWD,
    ...bundle('run/user/1000/containerd/io.containerd.runtime.v2.task/default', {
      annotations: { 'nerdctl/name': 'mine' },
    }),
  },
  expected: { name: 'mine' },
});

test('runtimeState distinguishes containers of one name in two namespaces, and of two runtimes', async () => {
  const tasks = 'run/containerd/io.containerd.runtime.v2.task';
  const image = (name: string) => ({ annotations: { 'io.kubernetes.cri.image-name': name } });
  const files = {
    ...bundle(`${tasks}/default`, image('one'), 'web'),
    ...bundle(`${tasks}/k8s.io`, image('two'), 'web'),
  };
  assert.deepEqual((await find(['/default/web', '/k8s.io/web', '/lxc.payload.web'], files)).metadata, [
    { image: 'one' },
    { image: 'two' },
    null,
  ]);
});

function store(...entries: readonly unknown[]): string {
  return JSON.stringify(entries);
}

function entry(name: string, id = ID_A): unknown {
  return { id, names: [name], image: 'c0ffee', metadata: JSON.stringify({ 'image-name': 'nginx:1', name }) };
}

const PODMAN = `/machine.slice/libpod-${ID_A}.scope`;
const STORAGE = 'var/lib/containers/storage';
for (const file of [
  `${STORAGE}/overlay-containers/containers.json`,
  `${STORAGE}/overlay-containers/volatile-containers.json`,
  `${STORAGE}/vfs-containers/containers.json`,
  `${STORAGE}/btrfs-containers/volatile-containers.json`,
  'run/containers/storage/overlay-containers/volatile-containers.json',
]) {
  finds(`a container of Podman in ${file}`, { path: PODMAN, files: { [file]: store(entry('web')) }, expected: WEB });
}
for (const file of [
  'home/paul/.local/share/containers/storage/overlay-containers/volatile-containers.json',
  'home/paul/.local/share/containers/storage/vfs-containers/containers.json',
  'run/user/1000/containers/overlay-containers/volatile-containers.json',
]) {
  finds(`a container of a user's Podman in ${file}`, {
    path: `${USER}/app.slice/web.service/libpod-payload-${ID_A}`,
    files: { ...PASSWD, [file]: store(entry('web')) },
    expected: WEB,
  });
}
finds('the storage directory of Podman in storage.conf', {
  path: PODMAN,
  files: {
    'etc/containers/storage.conf': '[storage]\ndriver = "overlay"\ngraphroot = "/data/podman"\n',
    'data/podman/overlay-containers/containers.json': store(entry('web')),
  },
  expected: WEB,
});
finds('the storage directory of users in storage.conf', {
  path: `${USER}/user.slice/libpod-${ID_A}.scope`,
  files: {
    ...PASSWD,
    'etc/containers/storage.conf': `[storage]\nrootless_storage_path = "/data/$USER-\${UID}"\n`,
    'data/paul-1000/overlay-containers/containers.json': store(entry('web')),
  },
  expected: WEB,
});
finds("the storage directory in a user's storage.conf", {
  path: `${USER}/user.slice/libpod-${ID_A}.scope`,
  files: {
    ...PASSWD,
    'home/paul/.config/containers/storage.conf': "[storage]\ngraphroot = '$HOME/podman'\n",
    'home/paul/podman/overlay-containers/containers.json': store(entry('web')),
  },
  expected: WEB,
});
finds('a container that a system service runs as a user', {
  path: `/system.slice/web.service/libpod-payload-${ID_A}`,
  files: {
    ...PASSWD,
    'home/ann/.local/share/containers/storage/overlay-containers/containers.json': store(entry('web')),
  },
  expected: WEB,
});
finds("the system's state before a user's", {
  path: PODMAN,
  files: {
    ...PASSWD,
    [`${STORAGE}/overlay-containers/containers.json`]: store(entry('web')),
    'home/ann/.local/share/containers/storage/overlay-containers/containers.json': store(entry('forged')),
  },
  expected: WEB,
});

const CRIO_NAME = `k8s_app_web-0_shop_${UID}_1`;
finds('the pod of a CRI-O container in its name', {
  path: `/kubepods/pod${UID}/crio-${ID_A}`,
  files: {
    'etc/crio/crio.conf.d/10-root.conf': '[crio]\n  root = "/data/crio"\n',
    'data/crio/overlay-containers/volatile-containers.json': store({
      id: ID_A,
      names: [CRIO_NAME],
      metadata: JSON.stringify({ 'image-name': 'registry/app:1', 'metadata-name': 'app', name: CRIO_NAME }),
    }),
  },
  expected: { name: CRIO_NAME, ...APP },
});

test('runtimeState reads the labels of a CRI-O container', async () => {
  const labels = { team: 'a', 'io.kubernetes.container.name': 'app' };
  const files = bundle('run/containers/storage/overlay-containers', {});
  const [path] = Object.keys(files);
  const config = { annotations: { 'io.kubernetes.cri-o.Labels': JSON.stringify(labels) } };
  const userdata = { [(path ?? '').replace('config.json', 'userdata/config.json')]: JSON.stringify(config) };
  assert.deepEqual(await find([`${POD}/crio-${ID_A}`], userdata, ['team']), {
    metadata: [{ container: 'app', labels: { team: 'a' } }],
    errors: [],
  });
});

for (const directory of ['var/lib/lxd', 'var/snap/lxd/common/lxd', 'var/lib/incus']) {
  finds(`the name of a container in a project of ${directory}`, {
    path: '/lxc.payload.shop_web',
    files: { [`${directory}/containers/shop_web/`]: '' },
    expected: { name: 'web' },
  });
}

finds('the name of an LXC container whose cgroup has a number', {
  path: '/lxc.payload.web-1',
  files: { 'var/lib/lxc/web/': '' },
  expected: { name: 'web' },
});
finds('the name of an LXC container that ends with a number', {
  path: '/lxc.payload.web-1',
  files: { 'var/lib/lxc/web/': '', 'var/lib/lxc/web-1/': '' },
  expected: { name: 'web-1' },
});
finds('the name of a container in a project whose cgroup has a number', {
  path: '/lxc.payload.shop_web-1',
  files: { 'var/lib/incus/containers/shop_web/': '' },
  expected: { name: 'web' },
});

/** Returns the files of a process with this parent and command line. */
function processOf(pid: number, parent: number, commandLine: readonly string[]): Files {
  return {
    [`proc/${pid}/stat`]: `${pid} (a) b) S ${parent} 1 1 0\n`,
    [`proc/${pid}/cmdline`]: commandLine.map((arg) => `${arg}\0`).join(''),
  };
}

const CONMON = ['/usr/bin/conmon', '--api-version', '1', '-c', ID_A, '-n', 'web', '-b'];

finds('the name of a container in the command line of conmon', {
  path: PODMAN,
  files: {
    [`sys/fs/cgroup${PODMAN}/container/cgroup.procs`]: '20\n21\n',
    ...processOf(20, 10, ['nginx']),
    ...processOf(21, 20, ['nginx']),
    ...processOf(10, 1, [...CONMON, `/x/overlay-containers/${ID_A}/userdata`]),
  },
  expected: { name: 'web' },
});
finds('a storage directory that only a flag of Podman sets', {
  path: PODMAN,
  files: {
    [`sys/fs/cgroup${PODMAN}/cgroup.procs`]: '20\n',
    ...processOf(20, 10, ['nginx']),
    ...processOf(10, 1, [...CONMON, `/x/graph/vfs-containers/${ID_A}/userdata`]),
    'x/graph/vfs-containers/containers.json': store(entry('web')),
  },
  expected: WEB,
});
finds('a storage directory that only a flag of CRI-O sets', {
  path: `/kubepods/pod${UID}/crio-${ID_A}`,
  files: {
    [`sys/fs/cgroup/kubepods/pod${UID}/crio-${ID_A}/cgroup.procs`]: '20\n',
    ...processOf(20, 10, ['app']),
    ...processOf(10, 1, [
      'conmon',
      '-c',
      ID_A,
      '-n',
      CRIO_NAME,
      '-p',
      `/r/overlay-containers/${ID_A}/userdata/pidfile`,
    ]),
    'r/overlay-containers/volatile-containers.json': store({ id: ID_A, metadata: '{"image-name": "registry/app:1"}' }),
  },
  expected: { name: CRIO_NAME, ...APP },
});
for (const [address, state] of [
  ['/x/exec/containerd/containerd.sock', 'x/exec/containerd/daemon'],
  ['/x/containerd.sock', 'x'],
  ['unix:///x/run/containerd.sock', 'x/run/containerd'],
] as const) {
  finds(`the data directory of Docker through the address ${address} of a shim`, {
    path: DOCKER,
    files: {
      [`sys/fs/cgroup${DOCKER}/cgroup.procs`]: '20\n',
      ...processOf(20, 10, ['nginx']),
      ...processOf(10, 1, ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'moby', '-address', address]),
      ...bundle(`${state}/io.containerd.runtime.v2.task/moby`, { mounts: hostnameMount('/srv/d') }),
      ...dockerState('srv/d'),
    },
    expected: WEB,
  });
}

test('runtimeState ignores the monitor process of a container in another container', async () => {
  const inner = `/docker/${ID_B}/machine.slice/libpod-${ID_A}.scope`;
  const files = {
    [`sys/fs/cgroup${inner}/cgroup.procs`]: '20\n',
    ...dockerState('var/lib/docker', ID_B),
    ...processOf(20, 10, ['nginx']),
    ...processOf(10, 1, [...CONMON, `/x/overlay-containers/${ID_A}/userdata`]),
  };
  assert.deepEqual((await find([`/docker/${ID_B}`, inner], files)).metadata, [WEB, null]);
});

test('runtimeState reports a malformed entry, and returns the other fields of the container', async () => {
  const file = `${STORAGE}/overlay-containers/containers.json`;
  const files = { [file]: store({ id: ID_A, names: ['web'], metadata: '{secret' }, entry('other', ID_B)) };
  assert.deepEqual(await find([PODMAN, `/machine.slice/libpod-${ID_B}.scope`], files), {
    metadata: [{ name: 'web' }, { name: 'other', image: 'nginx:1' }],
    errors: [`SyntaxError: Cannot parse /root/${file}: expected JSON`],
  });
});

test('runtimeState takes metadata from other files if a file is malformed', async () => {
  const config = `var/lib/docker/containers/${ID_A}/config.v2.json`;
  const files = {
    'etc/docker/daemon.json': '{',
    [config]: '{"Name": "/we',
    ...bundle('run/containerd/io.containerd.runtime.v2.task/moby', { annotations: { 'nerdctl/name': 'web' } }),
  };
  const { metadata, errors } = await find([DOCKER], files);
  assert.deepEqual(metadata, [{ name: 'web' }]);
  assert.deepEqual(errors, [
    'SyntaxError: Cannot parse /root/etc/docker/daemon.json: expected JSON',
    `SyntaxError: Cannot parse /root/${config}: expected JSON`,
  ]);
});
