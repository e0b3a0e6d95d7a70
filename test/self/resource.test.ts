import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTEL_NODE_EXPORTER } from '../../src/config/app-info.ts';
import { readConfig } from '../../src/config/config.ts';
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

test('createInstanceId() returns the same UUID for the same parts only', () => {
  const parts = ['host', 'service', ':23333'];
  assert.equal(createInstanceId(parts), createInstanceId([...parts]));
  assert.notEqual(createInstanceId(parts), createInstanceId(['host', 'service', ':23334']));
  assert.match(createInstanceId([]), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
