import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTEL_NODE_EXPORTER } from '../../src/config/app-info.ts';
import { readConfig } from '../../src/config/config.ts';
import { readHostIdentity } from '../../src/self/host-identity.ts';
import { createInstanceId, readResource } from '../../src/self/resource.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';

/** Returns the resource of the exporter on a host, without `service.instance.id`. */
async function resourceOf(files: Files, env: Readonly<Record<string, string>> = {}) {
  await using machine = await createHostTree(files, { machine: 'aarch64' });
  const config = readConfig({ argv: [], env, definitions: [] });
  const { 'service.instance.id': _, ...resource } = await readResource(machine.host, config, OTEL_NODE_EXPORTER);
  return resource;
}

test('readResource() returns attributes of service, host, operating system and pod', async () => {
  const files = {
    'root/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    'root/etc/os-release': 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    'sys/class/dmi/id/product_name': 'm7g.large\n',
  };
  const pod = { NODE_NAME: 'node-1', POD_NAME: 'pod-1', POD_NAMESPACE: 'ops', POD_UID: 'u1', CLUSTER_NAME: 'blue' };
  const { 'service.version': version, ...resource } = await resourceOf(files, pod);
  assert.match(version ?? '', /^\d+\.\d+\.\d+$/);
  assert.deepEqual(resource, {
    'service.name': 'otel-node-exporter',
    'host.name': 'recorded',
    'host.id': '0123456789abcdef0123456789abcdef',
    'host.arch': 'arm64',
    'host.type': 'm7g.large',
    'k8s.cluster.name': 'blue',
    'k8s.namespace.name': 'ops',
    'k8s.node.name': 'node-1',
    'k8s.pod.name': 'pod-1',
    'k8s.pod.uid': 'u1',
    'os.type': 'linux',
    'os.name': 'Debian GNU/Linux',
    'os.description': 'Debian GNU/Linux 12 (bookworm)',
    'os.version': '12',
  });
});

test('readResource() prefers the variables of OpenTelemetry and omits what it cannot read', async () => {
  const { 'service.version': _, ...resource } = await resourceOf(
    { 'root/etc/machine-id': 'uninitialized\n' },
    { OTEL_RESOURCE_ATTRIBUTES: 'host.name=vm-1,service.name=a,service.namespace=ops', OTEL_SERVICE_NAME: 'b' },
  );
  assert.deepEqual(resource, {
    'service.name': 'b',
    'service.namespace': 'ops',
    'host.name': 'vm-1',
    'host.id': undefined,
    'host.arch': 'arm64',
    'host.type': undefined,
    'os.type': 'linux',
  });
});

/** Returns `host.id` and `service.instance.id` of the exporter on a host. */
async function identityOf(
  files: Files,
  { hostname = 'recorded', argv = [] }: { hostname?: string; argv?: readonly string[] } = {},
) {
  await using machine = await createHostTree(files, { hostname });
  const config = readConfig({ argv, env: {}, definitions: [] });
  const resource = await readResource(machine.host, config, OTEL_NODE_EXPORTER);
  return { id: resource['host.id'], instance: resource['service.instance.id'] };
}

const ID = '0123456789abcdef0123456789abcdef';
const UUID = '4c4c4544-0042-3510-8056-b4c04f4b3232';
const MACHINE_ID = 'root/etc/machine-id';
const PRODUCT_UUID = 'sys/class/dmi/id/product_uuid';
const BOOT_ID = 'proc/sys/kernel/random/boot_id';

function hostId(what: string, expected: string | undefined, files: Files): void {
  test(`readResource() returns ${expected} as host.id for ${what}`, async () => {
    assert.equal((await identityOf(files)).id, expected);
  });
}

hostId('a machine id and a UUID', ID, { [MACHINE_ID]: `${ID}\n`, [PRODUCT_UUID]: `${UUID}\n` });
hostId('a machine id of D-Bus', ID, { [MACHINE_ID]: '', 'root/var/lib/dbus/machine-id': `${ID}\n` });
hostId('an uninitialized machine id', UUID, {
  [MACHINE_ID]: 'uninitialized\n',
  [PRODUCT_UUID]: `${UUID.toUpperCase()}\n`,
});
hostId('a machine id of zeros', UUID, { [MACHINE_ID]: `${'0'.repeat(32)}\n`, [PRODUCT_UUID]: `${UUID}\n` });
hostId('a UUID that many machines have', undefined, { [PRODUCT_UUID]: '03000200-0400-0500-0006-000700080009\n' });
hostId('a UUID of ones', undefined, { [PRODUCT_UUID]: 'ffffffff-ffff-ffff-ffff-ffffffffffff\n' });
hostId('a UUID that is no UUID', undefined, { [PRODUCT_UUID]: 'Not Settable\n' });

test('readResource() returns the same service.instance.id after a restart and a reboot', async () => {
  const files = { [MACHINE_ID]: `${ID}\n`, [PRODUCT_UUID]: `${UUID}\n` };
  const { instance } = await identityOf({ ...files, [BOOT_ID]: 'a\n' });
  assert.equal((await identityOf({ ...files, [BOOT_ID]: 'a\n' })).instance, instance);
  assert.equal((await identityOf({ ...files, [BOOT_ID]: 'b\n' })).instance, instance);
});

function distinguishes(what: string, one: Files, other: Files): void {
  test(`readResource() returns different service.instance.id for ${what}`, async () => {
    assert.notEqual((await identityOf(one)).instance, (await identityOf(other)).instance);
  });
}

distinguishes(
  'clones of a disk on two machines',
  { [MACHINE_ID]: ID, [PRODUCT_UUID]: UUID },
  {
    [MACHINE_ID]: ID,
    [PRODUCT_UUID]: UUID.replace('3', '4'),
  },
);
distinguishes('two hosts without machine id and UUID', { [BOOT_ID]: 'a' }, { [BOOT_ID]: 'b' });
distinguishes(
  'two hosts with an uninitialized machine id',
  { [MACHINE_ID]: 'uninitialized', [BOOT_ID]: 'a' },
  { [MACHINE_ID]: 'uninitialized', [BOOT_ID]: 'b' },
);

test('readResource() returns different service.instance.id for clones of a disk with different names', async () => {
  const files = { [MACHINE_ID]: ID };
  const { instance } = await identityOf(files, { hostname: 'a' });
  assert.notEqual((await identityOf(files, { hostname: 'b' })).instance, instance);
});

for (const [what, isPod, files] of [
  ['a container of Docker', false, { 'root/.dockerenv': '' }],
  ['a container of Podman', false, { 'root/run/.containerenv': 'engine="podman"' }],
  ['a pod', true, {}],
] as const) {
  test(`readHostIdentity() ignores the machine id of the image in ${what}, but not the host's`, async () => {
    await using machine = await createHostTree({ ...files, [MACHINE_ID]: ID, [PRODUCT_UUID]: UUID });
    const { proc, sys, rootfs } = machine.host;
    const options = { name: 'a', isPod };
    assert.deepEqual(await readHostIdentity({ proc, sys, rootfs }, options), { id: ID, parts: [ID, UUID, 'a'] });
    // The tree of the test takes the place of `/`.
    const ofContainer = { root: '/', readIfPresent: rootfs.readIfPresent.bind(rootfs) };
    assert.deepEqual(await readHostIdentity({ proc, sys, rootfs: ofContainer }, options), {
      id: UUID,
      parts: [UUID, 'a'],
    });
  });
}

test('createInstanceId() returns the same UUID for the same parts only', () => {
  const parts = ['host', 'service', ':23333'];
  assert.equal(createInstanceId(parts), createInstanceId([...parts]));
  assert.notEqual(createInstanceId(parts), createInstanceId(['host', 'service', ':23334']));
  assert.match(createInstanceId([]), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
